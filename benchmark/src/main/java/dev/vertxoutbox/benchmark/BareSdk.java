package dev.vertxoutbox.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The limit a relay is compared with: the SDK's asynchronous client, configured as the launcher configures it, that does
 * nothing but send messages like the relay's in requests of ten, so many requests at a time.
 *
 * <p>Prints {@code warm} after its practice, waits for a line, sends the messages that are measured, and ends at another line or at the
 * end of its input.
 */
public final class BareSdk {
    private static final int BATCH = 10;
    private static final int SUBJECTS = 20_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final Pattern WARM = Pattern.compile("warm");

    private final SqsAsyncClient sqs;
    private final String queueUrl;
    private final int inFlight;

    private BareSdk(SqsAsyncClient sqs, String queueUrl, int inFlight) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
        this.inFlight = inFlight;
    }

    /** Starts it as a process of its own, and returns when it has had its practice; at a line it sends what is measured. */
    static ChildProcess start(Bench bench, int events, int warmUpEvents, BareSdkTuning.Choice choice) {
        List<String> arguments = Stream.concat(
                        Stream.of(bench.stub().queueUrl()),
                        Stream.of(events, warmUpEvents, choice.parallel(), choice.threads())
                                .map(String::valueOf))
                .toList();
        ChildProcess process = ChildProcess.main(
                bench.logs().resolve("bare-sdk.log"), BareSdk.class, OutboxProcess.JVM_OPTIONS, arguments);
        process.awaitOutput(WARM);
        return process;
    }

    /** @param args queue URL, events, events of the warm-up, requests in flight, threads of the SDK's client */
    public static void main(String[] args) throws IOException, InterruptedException {
        BareSdk sdk =
                new BareSdk(client(URI.create(args[0]), Integer.parseInt(args[4])), args[0], Integer.parseInt(args[3]));
        sdk.send(Integer.parseInt(args[2]));
        System.out.println("warm");
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        lines.readLine();
        sdk.send(Integer.parseInt(args[1]));
        lines.readLine(); // Its CPU time can be read until then.
        System.exit(0);
    }

    private static SqsAsyncClient client(URI queue, int threads) {
        return SqsAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(queue.resolve("/"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(SdkEventLoopGroup.builder()
                                .numberOfThreads(threads)
                                .build())
                        .maxConcurrency(128)
                        .readTimeout(TIMEOUT))
                .overrideConfiguration(override -> override.apiCallAttemptTimeout(TIMEOUT)
                        .apiCallTimeout(TIMEOUT.multipliedBy(2))
                        .retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    private void send(int events) throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(inFlight);
        for (int i = 0; i < inFlight; i++) {
            sendNext(next, events, done);
        }
        done.await();
    }

    private void sendNext(AtomicInteger next, int events, CountDownLatch done) {
        int first = next.getAndAdd(BATCH);
        if (first >= events) {
            done.countDown();
            return;
        }
        CompletableFuture<?> unused = sqs.sendMessageBatch(request(first, Math.min(events, first + BATCH)))
                .whenComplete((response, failure) -> {
                    if (failure != null || !response.failed().isEmpty()) {
                        System.out.println("Not sent: " + failure);
                        System.exit(1);
                    }
                    sendNext(next, events, done);
                });
    }

    private SendMessageBatchRequest request(int from, int to) {
        List<SendMessageBatchRequestEntry> entries = new ArrayList<>(BATCH);
        for (int i = from; i < to; i++) {
            String id = new UUID(0x4000, i).toString();
            String subject = new UUID(0x5000, i % SUBJECTS).toString();
            entries.add(SendMessageBatchRequestEntry.builder()
                    .id(Integer.toString(i - from))
                    .messageBody(body(i, id, subject))
                    .messageGroupId(subject)
                    .messageDeduplicationId(id)
                    .build());
        }
        return SendMessageBatchRequest.builder()
                .queueUrl(queueUrl)
                .entries(entries)
                .build();
    }

    /** As long as the relay's for the same event. */
    private static String body(int i, String id, String subject) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/benchmark\",\"type\":\"flight.booked\","
                + "\"subject\":\"" + subject + "\",\"time\":\"2035-03-01T09:00:00.123456Z\","
                + "\"datacontenttype\":\"application/json\",\"sequence\":\"" + (i / SUBJECTS + 1) + "\","
                + "\"data\":{\"n\":" + i + ",\"departureAirport\":\"Paris CDG\",\"arrivalAirport\":\"London LHR\","
                + "\"departureDateTime\":\"2035-03-01T09:00:00Z\",\"arrivalDateTime\":\"2035-03-01T10:15:00Z\","
                + "\"fare\":{\"amount\":120,\"currency\":\"EUR\"}}}";
    }
}
