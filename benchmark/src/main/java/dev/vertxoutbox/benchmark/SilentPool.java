package dev.vertxoutbox.benchmark;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Query;
import java.lang.reflect.Proxy;

/** A pool whose queries succeed without being sent: given to an outbox, it takes the doorbell away and nothing else. */
final class SilentPool {
    private SilentPool() {}

    static Pool create() {
        Query<?> query = (Query<?>) Proxy.newProxyInstance(
                SilentPool.class.getClassLoader(), new Class<?>[] {Query.class}, (proxy, method, args) -> {
                    if (method.getName().equals("execute")) {
                        return Future.succeededFuture();
                    }
                    throw new UnsupportedOperationException(method.toString());
                });
        return (Pool) Proxy.newProxyInstance(
                SilentPool.class.getClassLoader(), new Class<?>[] {Pool.class}, (proxy, method, args) -> {
                    if (method.getName().equals("query")) {
                        return query;
                    }
                    throw new UnsupportedOperationException(method.toString());
                });
    }
}
