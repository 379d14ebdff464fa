package dev.vertxoutbox.relay;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The SQS client of a relay that was given none. Region, credentials and endpoint are those of the SDK's default chain:
 * {@code AWS_REGION}, {@code AWS_ENDPOINT_URL_SQS}, the credentials of the task or the machine.
 */
final class OwnSqsClient {

    private static final Logger log = LoggerFactory.getLogger(OwnSqsClient.class);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(Publisher.SEND_TIMEOUT_SECONDS);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 64;
    private static final int WARM_UP_SECONDS = 3;

    private final SdkEventLoopGroup eventLoops =
            SdkEventLoopGroup.builder().numberOfThreads(1).build();
    private final DefaultCredentialsProvider credentials;
    private final SqsAsyncClient client;

    private OwnSqsClient() {
        // Refreshed in the background: a refresh blocks the thread that asks, which would be an event loop.
        credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        client = SqsAsyncClient.builder()
                .credentialsProvider(credentials)
                .overrideConfiguration(limits())
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(eventLoops)
                        .maxConcurrency(CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .readTimeout(CALL_TIMEOUT))
                .build();
    }

    /** See {@link RelayVerticle#sqsLimits}. */
    static ClientOverrideConfiguration limits() {
        return ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(CALL_TIMEOUT)
                .apiCallTimeout(CALL_TIMEOUT)
                .retryStrategy(AwsRetryStrategy.doNotRetry())
                .build();
    }

    /**
     * Makes a client and loads the classes of a first call, which would block an event loop for a tenth of a second and
     * more. Whether the queue can be reached does not matter. Fails with the SDK's error if no region is configured.
     */
    static Future<OwnSqsClient> open(Vertx vertx, String queueUrl) {
        return vertx.executeBlocking(() -> {
            OwnSqsClient own = new OwnSqsClient();
            own.warmUp(queueUrl);
            return own;
        });
    }

    SqsAsyncClient client() {
        return client;
    }

    /** Aborts what is still in flight. */
    Future<Void> close(Vertx vertx) {
        return vertx.executeBlocking(() -> {
            client.close();
            credentials.close();
            eventLoops
                    .eventLoopGroup()
                    .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                    .awaitUninterruptibly(2, TimeUnit.SECONDS);
            return null;
        });
    }

    private void warmUp(String queueUrl) {
        try {
            client.getQueueAttributes(request -> request.queueUrl(queueUrl)
                            .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                    .get(WARM_UP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException unanswered) {
            // Not a warning: a relay needs no right to ask this. What it does need, the first send will tell.
            log.atDebug().setCause(unanswered).addKeyValue("queue", queueUrl).log("The queue did not answer");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
