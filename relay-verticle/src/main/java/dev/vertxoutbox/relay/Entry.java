package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** An event as it is sent: its body and the body's size, which counts against SQS's limit. */
record Entry(ClaimedEvent event, String body, int bytes) {

    /** SQS's limit for one message and for all messages of one request. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final Pattern GROUP_ID = Pattern.compile("[\\x21-\\x7E]{1,128}");

    static Entry of(ClaimedEvent event) {
        String body = Envelope.of(event);
        return new Entry(event, body, body.getBytes(StandardCharsets.UTF_8).length);
    }

    /** Why SQS could never take this entry, or null. */
    @Nullable
    String fault() {
        if (bytes > MAX_BYTES) {
            return "the message has " + bytes + " bytes; SQS takes " + MAX_BYTES;
        }
        if (!GROUP_ID.matcher(event.subject()).matches()) {
            return "the subject is no SQS message group id: 1 to 128 printable ASCII characters without spaces";
        }
        return null;
    }

    SendMessageBatchRequestEntry toRequestEntry(int index) {
        return SendMessageBatchRequestEntry.builder()
                .id(Integer.toString(index))
                .messageBody(body)
                .messageGroupId(event.subject())
                .messageDeduplicationId(event.id().toString())
                .build();
    }
}
