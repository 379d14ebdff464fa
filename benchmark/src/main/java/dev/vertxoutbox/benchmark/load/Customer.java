package dev.vertxoutbox.benchmark.load;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One connection, with one request at a time on it. */
final class Customer {

    private static final String BODY = """
            {"departureAirport": "Paris CDG", "arrivalAirport": "London LHR", \
            "departureDateTime": "2035-03-01T09:00:00Z", "arrivalDateTime": "2035-03-01T10:15:00Z", \
            "fare": {"amount": 120, "currency": "EUR"}}""";

    static final Buffer REQUEST = Buffer.buffer(
            "POST /api/flights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                    + BODY.length() + "\r\n\r\n" + BODY);

    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String LOCATION = "\r\nlocation: /api/flights/";
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int UUID_LENGTH = 36;

    /** What is told of a request. */
    interface Listener {

        /** The answer has been read, or the connection is gone, which is status 0; the id if the status is 201. */
        void answered(Customer customer, int status, @Nullable UUID id, long dueNanos);
    }

    private final NetSocket socket;
    private final Listener listener;
    private Buffer received = Buffer.buffer();
    private long dueNanos;
    private boolean waiting;

    Customer(NetSocket socket, Listener listener) {
        this.socket = socket;
        this.listener = listener;
        socket.handler(this::receive);
        socket.closeHandler(closed -> {
            if (waiting) {
                waiting = false;
                listener.answered(this, 0, null, dueNanos);
            }
        });
    }

    /** Sends a request that was due at this time. */
    void book(long due) {
        dueNanos = due;
        waiting = true;
        socket.write(REQUEST.slice()).otherwiseEmpty();
    }

    private void receive(Buffer part) {
        received = received.length() == 0 ? part : received.appendBuffer(part);
        String text = received.toString(StandardCharsets.ISO_8859_1);
        if (!isComplete(text)) {
            return;
        }
        received = Buffer.buffer();
        waiting = false;
        int status = status(text);
        listener.answered(this, status, status == 201 ? id(text) : null, dueNanos);
    }

    /** Whether head and body have been received. */
    static boolean isComplete(String answer) {
        int headEnd = answer.indexOf("\r\n\r\n");
        return headEnd >= 0
                && answer.length() >= headEnd + 4 + number(answer, answer.indexOf(LENGTH) + LENGTH.length());
    }

    static int status(String answer) {
        return number(answer, STATUS_AT);
    }

    private static UUID id(String head) {
        int start = head.indexOf(LOCATION) + LOCATION.length();
        return UUID.fromString(head.substring(start, start + UUID_LENGTH));
    }

    private static int number(String text, int start) {
        int end = start;
        while (Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Integer.parseInt(text.substring(start, end));
    }
}
