package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** Stands before a server and can swallow everything without closing a connection, as a network that drops packets does. */
final class TcpProxy {
    private final NetServer server;
    private final NetClient client;
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean dropping;

    private TcpProxy(Vertx vertx) {
        server = vertx.createNetServer();
        client = vertx.createNetClient();
    }

    static TcpProxy start(Vertx vertx, String host, int port) throws TimeoutException {
        TcpProxy proxy = new TcpProxy(vertx);
        proxy.server.connectHandler(front -> {
            front.pause();
            proxy.client
                    .connect(port, host)
                    .onSuccess(back -> proxy.join(front, back))
                    .onFailure(failure -> front.close());
        });
        proxy.server.listen(0).await(5, SECONDS);
        return proxy;
    }

    int port() {
        return server.actualPort();
    }

    void drop() {
        dropping = true;
    }

    /** New connections work again; packets of the old ones stay lost. */
    void heal() {
        sockets.forEach(NetSocket::pause);
        dropping = false;
    }

    private void join(NetSocket front, NetSocket back) {
        pipe(front, back);
        pipe(back, front);
        front.resume();
    }

    private void pipe(NetSocket from, NetSocket to) {
        sockets.add(from);
        from.handler(data -> {
            if (!dropping) {
                to.write(data);
            }
        });
        from.closeHandler(closed -> {
            sockets.remove(from);
            to.close();
        });
    }
}
