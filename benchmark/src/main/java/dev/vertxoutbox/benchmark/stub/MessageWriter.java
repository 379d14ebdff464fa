package dev.vertxoutbox.benchmark.stub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** Writes the answer to {@code ReceiveMessage}. */
final class MessageWriter {
    /** What is between the id, the subject, the sequence and the subject again. */
    private static final List<String> BODY = List.of("""
            {"specversion":"1.0","id":"%","source":"/benchmark","type":"flight.booked","subject":"%",\
            "time":"2035-03-01T09:00:00.123456Z","datacontenttype":"application/json","sequence":"%",\
            "data":{"bookingId":"%","departureAirport":"CDG","arrivalAirport":"LHR",\
            "departureDateTime":"2035-03-01T09:00:00Z","arrivalDateTime":"2035-03-01T10:15:00Z",\
            "fare":{"amount":120,"currency":"EUR"}}}""".split("%", -1));

    private static final List<String> QUOTED_BODY =
            BODY.stream().map(MessageWriter::quoted).toList();

    private final MessageDigest md5;

    /**
     * One of the messages of an answer.
     *
     * @param group message group id
     * @param quotedBody the body as it is within a JSON string
     */
    record Message(String id, String handle, String group, String body, String quotedBody) {}

    MessageWriter() {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One of about 500 bytes, as the relay sends them; the subjects take turns, and their events are numbered. */
    Message madeUp(int round, int deal, int n, int subjects) {
        String subject = new UUID(0x5000L + round, n % subjects).toString();
        String eventId = new UUID(0x4000L + round, n).toString();
        return new Message(
                new UUID(0x6000L + round, deal).toString(),
                Receipt.handle(round, deal),
                subject,
                body(BODY, eventId, subject, n / subjects + 1),
                body(QUOTED_BODY, eventId, subject, n / subjects + 1));
    }

    /** One that was sent. */
    Message passedOn(int round, int deal, BatchEntry entry) {
        String body = entry.body();
        return new Message(entry.deduplicationId(), Receipt.handle(round, deal), entry.group(), body, quoted(body));
    }

    String write(List<Message> messages) {
        StringBuilder json = new StringBuilder(900 * messages.size() + 50).append("{\"Messages\":[");
        String now = Long.toString(System.currentTimeMillis());
        for (Message message : messages) {
            byte[] digest = md5.digest(message.body().getBytes(StandardCharsets.UTF_8));
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"MessageId\":\"")
                    .append(message.id())
                    .append("\",\"ReceiptHandle\":\"")
                    .append(message.handle())
                    .append("\",\"MD5OfBody\":\"")
                    .append(HexFormat.of().formatHex(digest))
                    .append("\",\"Body\":\"")
                    .append(message.quotedBody())
                    .append(
                            "\",\"Attributes\":{\"ApproximateReceiveCount\":\"1\",\"ApproximateFirstReceiveTimestamp\":\"")
                    .append(now)
                    .append("\",\"MessageGroupId\":\"")
                    .append(message.group())
                    .append("\"}}");
        }
        return json.append("]}").toString();
    }

    private static String body(List<String> parts, String id, String subject, int sequence) {
        return parts.get(0)
                + id
                + parts.get(1)
                + subject
                + parts.get(2)
                + sequence
                + parts.get(3)
                + subject
                + parts.get(4);
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
