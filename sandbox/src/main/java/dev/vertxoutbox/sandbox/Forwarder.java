package dev.vertxoutbox.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A TCP port that can be closed and opened again, before an HTTP server that cannot.
 *
 * <p>Going down, it refuses connections and closes idle ones at once; one that awaits a response is closed behind it.
 */
final class Forwarder implements AutoCloseable {

    private static final int BACKLOG = 128;

    private final int port = FreePort.find();
    private final InetSocketAddress target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "sandbox-forwarder");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable ServerSocket listener;
    private CompletableFuture<Void> accepting = CompletableFuture.completedFuture(null);

    Forwarder(InetSocketAddress target) {
        this.target = target;
    }

    int port() {
        return port;
    }

    synchronized void up() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket opened = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
            accepting = CompletableFuture.runAsync(() -> acceptAll(opened), threads);
            listener = opened;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot listen on port " + port, e);
        }
    }

    synchronized void down() {
        if (listener == null) {
            return;
        }
        closeQuietly(listener);
        listener = null;
        // The port is free only when the thread has returned from its call into the kernel.
        accepting.join();
        links.forEach(Link::closeWhenIdle);
    }

    @Override
    public void close() {
        down();
        links.forEach(Link::close);
        threads.shutdown();
    }

    private void acceptAll(ServerSocket listener) {
        while (!listener.isClosed()) {
            try {
                new Link(listener.accept()).open();
            } catch (IOException closedOrRefused) {
                // The client sees its connection closed; the loop ends with the listener.
            }
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception alreadyBroken) {
            // Nothing is left to close.
        }
    }

    /** One client's connection and ours to the server. */
    private final class Link {

        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean awaitsResponse;
        private volatile boolean last;

        Link(Socket client) {
            this.client = client;
        }

        void open() throws IOException {
            try {
                server.connect(target);
            } catch (IOException e) {
                closeQuietly(client);
                throw e;
            }
            links.add(this);
            threads.execute(() -> pump(client, server, true));
            threads.execute(() -> pump(server, client, false));
        }

        private void pump(Socket from, Socket to, boolean request) {
            byte[] buffer = new byte[64 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    awaitsResponse = request;
                    out.write(buffer, 0, length);
                    if (last && !awaitsResponse) {
                        break;
                    }
                }
            } catch (IOException reset) {
                // As with an orderly end, both sides are closed.
            } finally {
                close();
            }
        }

        void closeWhenIdle() {
            last = true;
            if (!awaitsResponse) {
                close();
            }
        }

        void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
