package dev.vertxoutbox.benchmark;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * The limit a consumer is compared with: the SDK's asynchronous client that does nothing but receive messages and delete
 * them, ten a request, by so many loops at a time. It asks for the attributes that the inbox needs.
 *
 * <p>Prints {@code consuming} and goes on until it is killed.
 */
public final class BareConsumer {
    private static final int BATCH = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(25);

    private static final Pattern CONSUMING = Pattern.compile("consuming");

    private final SqsAsyncClient sqs;
    private final String queueUrl;

    private BareConsumer(SqsAsyncClient sqs, String queueUrl) {
        this.sqs = sqs;
        this.queueUrl = queueUrl;
    }

    /** Starts it as a process of its own, and returns when it receives. */
    static ChildProcess start(Bench bench, int loops, int threads) {
        ChildProcess process = ChildProcess.main(
                bench.logs().resolve("bare-consumer.log"),
                BareConsumer.class,
                OutboxProcess.JVM_OPTIONS,
                List.of(bench.stub().queueUrl(), Integer.toString(loops), Integer.toString(threads)));
        process.awaitOutput(CONSUMING);
        return process;
    }

    /** @param args queue URL, loops, threads of the SDK's client */
    public static void main(String[] args) throws InterruptedException {
        BareConsumer consumer = new BareConsumer(client(URI.create(args[0]), Integer.parseInt(args[2])), args[0]);
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            consumer.receive();
        }
        System.out.println("consuming");
        // The client's threads keep no process alive.
        new CountDownLatch(1).await();
    }

    /** As the launcher configures it, but for what the number of threads and loops needs. */
    static SqsAsyncClient client(URI queue, int threads) {
        return SqsAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(queue.resolve("/"))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("x", "x")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(SdkEventLoopGroup.builder()
                                .numberOfThreads(threads)
                                .build())
                        .maxConcurrency(256)
                        .readTimeout(TIMEOUT))
                .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy()))
                .build();
    }

    private void receive() {
        CompletableFuture<?> unused = sqs.receiveMessage(request -> request.queueUrl(queueUrl)
                        .maxNumberOfMessages(BATCH)
                        .waitTimeSeconds(20)
                        .visibilityTimeout(30)
                        .messageSystemAttributeNames(
                                MessageSystemAttributeName.MESSAGE_GROUP_ID,
                                MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                                MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP))
                .thenCompose(response -> delete(response.messages()))
                .whenComplete((deleted, failure) -> {
                    if (failure != null) {
                        System.out.println("Not received or not deleted: " + failure);
                        System.exit(1);
                    }
                    receive();
                });
    }

    private CompletableFuture<?> delete(List<Message> messages) {
        if (messages.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<DeleteMessageBatchRequestEntry> entries = IntStream.range(0, messages.size())
                .mapToObj(n -> DeleteMessageBatchRequestEntry.builder()
                        .id(Integer.toString(n))
                        .receiptHandle(messages.get(n).receiptHandle())
                        .build())
                .toList();
        return sqs.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(entries));
    }
}
