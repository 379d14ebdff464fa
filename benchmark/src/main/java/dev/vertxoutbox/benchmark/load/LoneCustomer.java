package dev.vertxoutbox.benchmark.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One connection that blocks: no thread hands anything to another, so that nothing is timed but the service. */
public final class LoneCustomer implements AutoCloseable {

    private final Socket socket;
    private final byte[] request = Customer.request();
    private final byte[] buffer = new byte[8 * 1024];

    /** Connects to a service on this machine. */
    public LoneCustomer(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Books a flight; returns when the 201 has been read. */
    public void book() {
        try {
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            int length = 0;
            String answer;
            do {
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    throw new IOException("The service has closed the connection");
                }
                length += read;
                answer = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
            } while (!Customer.isComplete(answer));
            if (Customer.status(answer) != 201) {
                throw new IOException("A booking was answered " + answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
