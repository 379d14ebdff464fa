package dev.vertxoutbox.relay;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;

/** Sends requests to SQS and accounts for each of their entries. */
final class Publisher {

    static final int SEND_TIMEOUT_SECONDS = 5;

    private static final String INVALID_PARAMETER = "InvalidParameterValue";
    private static final List<String> CONTENT_FAULTS =
            List.of("InvalidMessageContents", "BatchRequestTooLong", INVALID_PARAMETER);
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
     * @param batch 1 to 10 entries of different subjects, of 1 MiB together
     * @return the outcome of each entry, in their order, completed on the context; fails if the request as a whole did,
     *     which says nothing about its entries
     */
    Future<List<Outcome>> send(String queueUrl, List<Entry> batch) {
        return request(queueUrl, batch).recover(failure -> {
            String code = contentFault(failure);
            if (code == null) {
                return Future.failedFuture(failure);
            }
            return batch.size() == 1
                    ? Future.succeededFuture(List.of(outcome(code, failure)))
                    : oneByOne(queueUrl, batch);
        });
    }

    /** Finds the entries that SQS refused a whole request for. */
    private Future<List<Outcome>> oneByOne(String queueUrl, List<Entry> batch) {
        Future<List<Outcome>> outcomes = Future.succeededFuture(List.of());
        for (Entry entry : batch) {
            outcomes = outcomes.compose(before -> send(queueUrl, List.of(entry))
                    .map(one -> Stream.concat(before.stream(), one.stream()).toList()));
        }
        return outcomes;
    }

    private Future<List<Outcome>> request(String queueUrl, List<Entry> batch) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            entries.add(entry.toRequestEntry(entries.size()));
        }
        SendMessageBatchRequest request = SendMessageBatchRequest.builder()
                .queueUrl(queueUrl)
                .entries(entries)
                .build();
        Future<SendMessageBatchResponse> answer;
        try {
            answer = Future.fromCompletionStage(sqs.sendMessageBatch(request), context);
        } catch (RuntimeException refusedBeforeSending) {
            return Future.failedFuture(refusedBeforeSending);
        }
        // On the context: a time limit on a future without one fires on another thread.
        return answer.timeout(SEND_TIMEOUT_SECONDS, TimeUnit.SECONDS).map(response -> outcomes(batch.size(), response));
    }

    /** How long the queue asks to be left alone, in seconds as HTTP's {@code Retry-After} has it; zero if it does not. */
    static Duration retryAfter(Throwable failure) {
        if (failure instanceof AwsServiceException refusal && refusal.awsErrorDetails() != null) {
            return Optional.ofNullable(refusal.awsErrorDetails().sdkHttpResponse())
                    .flatMap(response -> response.firstMatchingHeader("Retry-After"))
                    .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                    .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                    .orElse(Duration.ZERO);
        }
        return Duration.ZERO;
    }

    /** The code of a failure that is about what a request holds, not about the queue; else null. */
    private static @Nullable String contentFault(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof AwsServiceException refusal && refusal.awsErrorDetails() != null) {
            String code = refusal.awsErrorDetails().errorCode();
            return code == null
                    ? null
                    : CONTENT_FAULTS.stream().filter(code::endsWith).findFirst().orElse(null);
        }
        return null;
    }

    /** InvalidParameterValue may be the fault of how the queue is set up; such an event is not given up. */
    private static Outcome outcome(String code, Throwable failure) {
        String reason = "SQS refused it: " + failure.getMessage();
        return code.equals(INVALID_PARAMETER) ? new Outcome.Failed(reason) : new Outcome.Rejected(reason);
    }

    /** An entry that SQS does not mention counts as failed: only a named acknowledgement may delete an event. */
    static List<Outcome> outcomes(int size, SendMessageBatchResponse response) {
        Outcome[] outcomes = new Outcome[size];
        Arrays.fill(outcomes, new Outcome.Failed(SILENCE));
        response.successful().forEach(entry -> set(outcomes, entry.id(), new Outcome.Accepted(entry.messageId())));
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
