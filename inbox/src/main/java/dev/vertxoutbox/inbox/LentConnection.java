package dev.vertxoutbox.inbox;

import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.SqlConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection for the time of one effect. Given up for its slowness, an effect may still go on: on the connection itself
 * its next statement would run after the rollback, outside any transaction or in another one's.
 *
 * <p>It also knows whether an effect comes back to it after the call that began it.
 */
final class LentConnection {
    private static final ClassValue<Class<?>[]> INTERFACES = new ClassValue<>() {
        @Override
        protected Class<?>[] computeValue(Class<?> type) {
            Set<Class<?>> found = new HashSet<>();
            for (Class<?> each = type; each != null; each = each.getSuperclass()) {
                found.addAll(Set.of(each.getInterfaces()));
            }
            return found.toArray(Class<?>[]::new);
        }
    };

    private final SqlConnection connection;
    private final Runnable onReturn;
    private boolean begun;
    private volatile boolean takenBack;

    /** @param onReturn called when the effect sends a statement after the call that began it */
    LentConnection(SqlConnection connection, Runnable onReturn) {
        this.connection = connection;
        this.onReturn = onReturn;
    }

    LentConnection(SqlConnection connection) {
        this(connection, () -> {});
    }

    /** What the effect gets: all that the connection is, also to those who look behind its interface. */
    SqlConnection get() {
        return (SqlConnection) guard(connection);
    }

    /** The call that began the effect has returned. */
    void begun() {
        begun = true;
    }

    /** From now on its methods fail with {@link IllegalStateException}. */
    void takeBack() {
        takenBack = true;
    }

    private Object guard(Object target) {
        InvocationHandler handler = (proxy, method, arguments) -> call(target, method, arguments);
        return Proxy.newProxyInstance(SqlConnection.class.getClassLoader(), INTERFACES.get(target.getClass()), handler);
    }

    private @Nullable Object call(Object target, Method method, Object[] arguments) throws Throwable {
        // A prepared statement is there later only.
        if (!takenBack && (begun || method.getName().equals("prepare"))) {
            onReturn.run();
        }
        if (takenBack) {
            throw new IllegalStateException("The effect is over, and its transaction with it");
        }
        try {
            Object result = method.invoke(target, arguments);
            return result instanceof Query ? guard(result) : result;
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
