package dev.vertxoutbox.benchmark.comparison;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** The queue, behind the same client of the SDK for all contenders. */
final class SendQueue {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_CONCURRENCY = 128;

    private final SqsAsyncClient sqs;
    private final String url;

    SendQueue(String url) {
        this.url = url;
        this.sqs = SqsAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create(url).resolve("/"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(MAX_CONCURRENCY)
                        .readTimeout(TIMEOUT))
                .build();
    }

    /** One request; completes when the event is acknowledged. */
    CompletableFuture<?> send(Event event) {
        return sqs.sendMessage(request -> request.queueUrl(url)
                .messageBody(event.message())
                .messageGroupId(event.subject())
                .messageDeduplicationId(event.id()));
    }

    /** One request of up to ten events; returns when it is answered. */
    void sendBatch(List<Event> events) {
        List<SendMessageBatchRequestEntry> entries = events.stream()
                .map(event -> SendMessageBatchRequestEntry.builder()
                        .id(event.id())
                        .messageBody(event.message())
                        .messageGroupId(event.subject())
                        .messageDeduplicationId(event.id())
                        .build())
                .toList();
        sqs.sendMessageBatch(request -> request.queueUrl(url).entries(entries)).join();
    }
}
