package dev.vertxoutbox.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * An SQS endpoint of the sandbox's own: FIFO queues configured as the deployed ones, and an outage on demand.
 *
 * <p>Methods block for at most thirty seconds a request and fail with an {@link IllegalStateException} whose cause is the SDK's.
 */
public final class Queues implements AutoCloseable {

    /** The region to sign requests for. */
    public static final String REGION = "us-east-1";

    private static final String KEY = "x";
    private static final long TIMEOUT_SECONDS = 30;

    /** As deployed: deliveries before a message moves to the dead-letter queue. */
    private static final int MAX_RECEIVE_COUNT = 10;

    /** As deployed. */
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(30);

    private final SqsServer server;
    private final SqsAsyncClient client;

    Queues(SqsServer server) {
        this.server = server;
        this.client = SqsAsyncClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(100)
                        .connectionTimeout(Duration.ofSeconds(2))
                        .eventLoopGroupBuilder(SdkEventLoopGroup.builder().numberOfThreads(2)))
                .build();
    }

    /** Where the queues are; the same for the sandbox's whole life. */
    public URI endpoint() {
        return server.endpoint();
    }

    /** A client on the SDK's Netty transport, for up to 100 requests at once. Closed with the sandbox, not by users. */
    public SqsAsyncClient client() {
        return client;
    }

    /** The endpoint and credentials for a process of its own, as the variables that the AWS SDK reads. */
    public Map<String, String> environment() {
        return Map.of(
                "AWS_REGION", REGION,
                "AWS_ENDPOINT_URL_SQS", endpoint().toString(),
                "AWS_ACCESS_KEY_ID", KEY,
                "AWS_SECRET_ACCESS_KEY", KEY);
    }

    /**
     * Creates the FIFO queue {@code <name>.fifo} and its dead-letter queue {@code <name>-dlq.fifo}: visibility timeout
     * 30 s, ten deliveries before redrive, no deduplication by content.
     *
     * @param name without {@code .fifo}
     * @return the queue's URL
     */
    public String createFifo(String name) {
        String deadLetterUrl = create(name + "-dlq.fifo", new EnumMap<>(QueueAttributeName.class));
        String redrivePolicy = "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":%d}"
                .formatted(attribute(deadLetterUrl, QueueAttributeName.QUEUE_ARN), MAX_RECEIVE_COUNT);
        EnumMap<QueueAttributeName, String> redrive = new EnumMap<>(QueueAttributeName.class);
        redrive.put(QueueAttributeName.REDRIVE_POLICY, redrivePolicy);
        return create(name + ".fifo", redrive);
    }

    private String create(String name, EnumMap<QueueAttributeName, String> attributes) {
        attributes.put(QueueAttributeName.FIFO_QUEUE, "true");
        attributes.put(QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "false");
        attributes.put(QueueAttributeName.VISIBILITY_TIMEOUT, Long.toString(VISIBILITY_TIMEOUT.toSeconds()));
        return await(client.createQueue(queue -> queue.queueName(name).attributes(attributes)))
                .queueUrl();
    }

    /** The URL of the dead-letter queue that {@link #createFifo} made for {@code queueUrl}. */
    public String deadLetterUrl(String queueUrl) {
        return queueUrl.replaceFirst("\\.fifo$", "-dlq.fifo");
    }

    /** Messages waiting plus messages under way at a consumer. */
    public int depth(String queueUrl) {
        // In one request: between two, a message could move from the one count to the other and be in neither.
        return attributes(
                        queueUrl,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private Map<QueueAttributeName, String> attributes(String queueUrl, QueueAttributeName... names) {
        return await(client.getQueueAttributes(
                        request -> request.queueUrl(queueUrl).attributeNames(names)))
                .attributes();
    }

    private String attribute(String queueUrl, QueueAttributeName name) {
        String value = attributes(queueUrl, name).get(name);
        if (value == null) {
            throw new IllegalStateException("Queue " + queueUrl + " has no " + name);
        }
        return value;
    }

    /** Deletes all messages of the queue. */
    public void purge(String queueUrl) {
        await(client.purgeQueue(request -> request.queueUrl(queueUrl)));
    }

    /** Deletes a queue that {@link #createFifo} made, and its dead-letter queue. */
    public void delete(String queueUrl) {
        await(client.deleteQueue(request -> request.queueUrl(queueUrl)));
        await(client.deleteQueue(request -> request.queueUrl(deadLetterUrl(queueUrl))));
    }

    /**
     * Makes all queues unreachable and keeps their messages: new connections are refused, idle ones are closed, and a
     * long poll that is under way is the last request on its connection. Does nothing when down.
     */
    public void queueDown() {
        server.down();
    }

    /** Makes the queues reachable again, at the same address. Does nothing when up. */
    public void queueUp() {
        server.up();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for SQS", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("SQS request failed: " + e.getMessage(), e);
        }
    }

    /** Closes the client and forgets all queues. */
    @Override
    public void close() {
        client.close();
        server.close();
    }
}
