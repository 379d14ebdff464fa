package dev.vertxoutbox.benchmark.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One connection, with one request at a time on it. For use on its event loop. */
final class Customer extends ByteToMessageDecoder {

    private static final String BODY = """
            {"departureAirport": "Paris CDG", "arrivalAirport": "London LHR", \
            "departureDateTime": "2035-03-01T09:00:00Z", "arrivalDateTime": "2035-03-01T10:15:00Z", \
            "fare": {"amount": 120, "currency": "EUR"}}""";

    private static final byte[] REQUEST =
            ("POST /api/flights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                            + BODY.length() + "\r\n\r\n" + BODY)
                    .getBytes(StandardCharsets.ISO_8859_1);

    /** Outside the heap, where a socket writes it from: all customers send the same. */
    private static final ByteBuf SHARED_REQUEST = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer(REQUEST.length).writeBytes(REQUEST).asReadOnly());

    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String LOCATION = "\r\nlocation: /api/flights/";
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int UUID_LENGTH = 36;

    /** What is told of a request. */
    interface Listener {

        /** The answer has been read, or the connection is gone, which is status 0; the id if the status is 201. */
        void answered(Customer customer, int status, @Nullable UUID id, long dueNanos);
    }

    private @Nullable ChannelHandlerContext connection;
    private long dueNanos;

    /** Set while an answer is awaited. */
    private @Nullable Listener listener;

    static byte[] request() {
        return REQUEST.clone();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection = context;
    }

    /** Sends a request that was due at this time. One that cannot be sent comes to {@link #exceptionCaught}. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void book(long due, Listener toBeTold) {
        ChannelHandlerContext open = Objects.requireNonNull(connection, "not connected");
        dueNanos = due;
        listener = toBeTold;
        if (open.channel().isActive()) {
            open.writeAndFlush(SHARED_REQUEST.duplicate(), open.voidPromise());
        } else {
            answered(0, null);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf received, List<Object> out) {
        String text = received.toString(StandardCharsets.ISO_8859_1);
        if (isComplete(text)) {
            received.skipBytes(received.readableBytes());
            int status = status(text);
            answered(status, status == 201 ? id(text) : null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        answered(0, null);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            context.fireExceptionCaught(cause);
        }
        context.close();
    }

    private void answered(int status, @Nullable UUID id) {
        Listener told = listener;
        if (told != null) {
            listener = null;
            told.answered(this, status, id, dueNanos);
        }
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
