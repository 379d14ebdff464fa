package dev.vertxoutbox.relay;

import static java.time.ZoneOffset.UTC;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.outbox.ClaimedEvent;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResultEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

@ExtendWith(VertxExtension.class)
class PublisherTest {

    @Test
    void entryThatTheResponseDoesNotMentionCountsAsFailed() {
        SendMessageBatchResponse response = SendMessageBatchResponse.builder()
                .successful(SendMessageBatchResultEntry.builder().id("0").build())
                .failed(senderFault("2", "InvalidMessageContents"))
                .build();

        assertThat(Publisher.outcomes(4, response))
                .hasExactlyElementsOfTypes(
                        Outcome.Accepted.class, Outcome.Failed.class, Outcome.Rejected.class, Outcome.Failed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"RequestThrottled", "ThrottlingException", "KmsThrottled", "AWS.SQS.AccessDenied", "OverLimit"})
    void stateOfTheQueueIsNotTheEventsFault(String code) {
        SendMessageBatchResponse response = SendMessageBatchResponse.builder()
                .failed(senderFault("0", code))
                .build();

        assertThat(Publisher.outcomes(1, response)).hasExactlyElementsOfTypes(Outcome.Failed.class);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "0, 0", "Wed, 0", "-5, 0", ", 0"})
    void delayThatTheQueueAsksForIsRead(String header, long seconds) {
        SdkHttpFullResponse.Builder response = SdkHttpResponse.builder().statusCode(429);
        if (header != null) {
            response.putHeader("Retry-After", header);
        }
        AwsServiceException throttled = SqsException.builder()
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("ThrottlingException")
                        .sdkHttpResponse(response.build())
                        .build())
                .build();

        assertThat(Publisher.retryAfter(throttled)).hasSeconds(seconds);
        assertThat(Publisher.retryAfter(new IllegalStateException())).isZero();
    }

    @Test
    void clientThatThrowsFailsTheRequest(Vertx vertx) {
        Future<List<Outcome>> sent = publisher(vertx.getOrCreateContext(), request -> {
                    throw new UnsupportedOperationException();
                })
                .send("http://localhost/orders.fifo", List.of(entry()));

        assertThat(sent.failed()).isTrue();
        assertThat(sent.cause()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void requestWithoutAnAnswerFailsOnTheRelaysContext(Vertx vertx) throws TimeoutException {
        Context context = vertx.getOrCreateContext();
        Promise<Context> failedOn = Promise.promise();

        context.runOnContext(send -> publisher(context, request -> new CompletableFuture<>())
                .send("http://localhost/orders.fifo", List.of(entry()))
                .onComplete(failed -> failedOn.complete(Vertx.currentContext())));

        assertThat(failedOn.future().await(30, SECONDS)).isSameAs(context);
    }

    private static Publisher publisher(
            Context context, Function<SendMessageBatchRequest, CompletableFuture<SendMessageBatchResponse>> answer) {
        return new Publisher(
                new SqsAsyncClient() {
                    @Override
                    public CompletableFuture<SendMessageBatchResponse> sendMessageBatch(
                            SendMessageBatchRequest request) {
                        return answer.apply(request);
                    }

                    @Override
                    public String serviceName() {
                        return "sqs";
                    }

                    @Override
                    public void close() {}
                },
                context);
    }

    private static Entry entry() {
        return Entry.of(new ClaimedEvent(
                1, UUID.randomUUID(), "orders", 7, "a", "x", "{}", null, OffsetDateTime.now(UTC), null, null, false));
    }

    private static BatchResultErrorEntry senderFault(String id, String code) {
        return BatchResultErrorEntry.builder()
                .id(id)
                .senderFault(true)
                .code(code)
                .build();
    }
}
