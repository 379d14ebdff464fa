package dev.vertxoutbox.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Stands before a server as a network does that can fail: it delays, holds back, swallows, resets, and forgets one side
 * of a connection. Its address is the same for its whole life.
 */
public final class TcpProxy implements AutoCloseable {

    private static final int BACKLOG = 128;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    private static final CountDownLatch OPEN = new CountDownLatch(0);

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile long delayMillis;
    private volatile boolean dropping;
    private volatile CountDownLatch gate = OPEN;

    private TcpProxy(InetSocketAddress target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::acceptAll);
    }

    /** Opens a port on the loopback interface; whoever connects is connected to the server. */
    public static TcpProxy start(String host, int port) {
        return new TcpProxy(new InetSocketAddress(host, port));
    }

    /** Where to connect instead, on 127.0.0.1. */
    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections are open. */
    public int connections() {
        return links.size();
    }

    /** From now on what is sent, either way, arrives so much later. */
    public void delay(Duration delay) {
        delayMillis = delay.toMillis();
    }

    /** Holds back what is sent until {@link #heal}, as a network does that loses packets until they are sent again. */
    public synchronized void stall() {
        if (gate.getCount() == 0) {
            gate = new CountDownLatch(1);
        }
    }

    /** Swallows what is sent and closes nothing. After {@link #heal}, only new connections work. */
    public void drop() {
        dropping = true;
    }

    /** Resets every connection, on both sides. */
    public void reset() {
        links.forEach(Link::reset);
    }

    /** Closes the server's side of every connection; the client's stays open and silent. */
    public void forgetServers() {
        links.forEach(Link::forgetServer);
    }

    /** Ends all that was asked for. What was dropped or forgotten stays so. */
    public synchronized void heal() {
        if (dropping) {
            links.forEach(link -> link.mute = true);
        }
        delayMillis = 0;
        dropping = false;
        gate.countDown();
    }

    @Override
    public void close() {
        heal();
        closeQuietly(listener);
        links.forEach(Link::close);
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try {
                Link link = new Link(listener.accept());
                links.add(link);
                start("link", link::open);
            } catch (IOException closed) {
                // The loop ends with the listener.
            }
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "tcp-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception alreadyBroken) {
            // Nothing is left to close.
        }
    }

    private final class Link {
        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean mute;
        private volatile boolean serverForgotten;

        Link(Socket client) {
            this.client = client;
        }

        void open() {
            try {
                pass();
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(target, CONNECT_TIMEOUT_MILLIS);
            } catch (IOException refused) {
                close();
                return;
            }
            start("answers", () -> pump(server, client));
            pump(client, server);
        }

        private void pump(Socket from, Socket to) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    pass();
                    if (!mute && !dropping && !serverForgotten) {
                        out.write(buffer, 0, length);
                    }
                }
            } catch (IOException reset) {
                // As with an orderly end, both sides are closed.
            }
            // A client that is gone takes the connection with it; a server's end is not told to a client
            // that is cut off.
            if (from.equals(client) || !(mute || dropping || serverForgotten)) {
                close();
            }
        }

        /** Returns when what has come may go on. */
        private void pass() throws IOException {
            try {
                gate.await();
                if (delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted", e);
            }
        }

        void reset() {
            try {
                client.setSoLinger(true, 0);
                server.setSoLinger(true, 0);
            } catch (IOException alreadyClosed) {
                // Then it is.
            }
            close();
        }

        void forgetServer() {
            serverForgotten = true;
            closeQuietly(server);
        }

        void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }
    }
}
