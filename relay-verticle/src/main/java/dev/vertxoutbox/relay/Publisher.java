package dev.vertxoutbox.relay;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** Sends requests to SQS and accounts for each of their entries. */
final class Publisher {

    static final int SEND_TIMEOUT_SECONDS = 5;

    private static final String SILENCE = "SQS reported neither success nor failure";

    private final SqsAsyncClient sqs;
    private final Context context;

    Publisher(SqsAsyncClient sqs, Context context) {
        this.sqs = sqs;
        this.context = context;
    }

    /**
     * Sends one request.
     *
     * @param batch entries of different subjects, as {@link Batches} packs them
     * @return the outcome of each entry, in their order, completed on the context; fails if the request as a whole did,
     *     which says nothing about its entries
     */
    Future<List<Outcome>> send(String queueUrl, List<Entry> batch) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            entries.add(entry.toRequestEntry(entries.size()));
        }
        SendMessageBatchRequest request = SendMessageBatchRequest.builder()
                .queueUrl(queueUrl)
                .entries(entries)
                .build();
        return Future.fromCompletionStage(sqs.sendMessageBatch(request), context)
                .timeout(SEND_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .map(response -> outcomes(batch.size(), response));
    }

    /** An entry that SQS does not mention counts as failed: only a named acknowledgement may delete an event. */
    static List<Outcome> outcomes(int size, SendMessageBatchResponse response) {
        Outcome[] outcomes = new Outcome[size];
        Arrays.fill(outcomes, new Outcome.Failed(SILENCE));
        response.successful().forEach(entry -> set(outcomes, entry.id(), new Outcome.Accepted()));
        response.failed().forEach(entry -> set(outcomes, entry.id(), outcome(entry)));
        return List.of(outcomes);
    }

    private static void set(Outcome[] outcomes, String id, Outcome outcome) {
        int index = Integer.parseInt(id);
        if (index >= 0 && index < outcomes.length) {
            outcomes[index] = outcome;
        }
    }

    private static Outcome outcome(BatchResultErrorEntry error) {
        String reason = "SQS refused it: " + error.code() + (error.message() == null ? "" : ", " + error.message());
        return Boolean.TRUE.equals(error.senderFault()) && !passes(error.code())
                ? new Outcome.Rejected(reason)
                : new Outcome.Failed(reason);
    }

    /** SQS blames the sender for these too, but they are the account's or the queue's state, not the event's fault. */
    private static boolean passes(String code) {
        String lower = code.toLowerCase(Locale.ROOT);
        return Stream.of("throttl", "accessdenied", "kms", "overlimit", "unavailable", "internal")
                .anyMatch(lower::contains);
    }
}
