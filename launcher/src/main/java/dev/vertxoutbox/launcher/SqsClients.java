package dev.vertxoutbox.launcher;

import dev.vertxoutbox.relay.RelayVerticle;
import io.netty.channel.EventLoopGroup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClientBuilder;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The process's SQS clients, on one small event loop group of their own: one for senders, which are told of a failure
 * quickly because they back off themselves, and one for consumers, whose long polls take up to 20 s.
 */
final class SqsClients implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SqsClients.class);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL_TIMEOUT = Duration.ofSeconds(25);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 64;
    private static final long WARM_UP_SECONDS = 3;

    private final SdkEventLoopGroup eventLoops =
            SdkEventLoopGroup.builder().numberOfThreads(1).build();
    private final DefaultCredentialsProvider credentials;
    private final SqsAsyncClient sending;
    private final SqsAsyncClient polling;

    SqsClients(SqsSettings settings) {
        // Refreshed in the background: a refresh blocks the thread that asks, which would be an event loop.
        this.credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        this.sending = client(settings, SEND_TIMEOUT, RelayVerticle.sqsLimits());
        this.polling = client(settings, POLL_TIMEOUT, pollingRetries());
    }

    /** What all calls run on. */
    EventLoopGroup eventLoops() {
        return eventLoops.eventLoopGroup();
    }

    /** For senders: each call fails after 5 s and is not repeated. */
    SqsAsyncClient sending() {
        return sending;
    }

    /** For consumers: transient failures are repeated, within the time limit that the inbox has for each request. */
    SqsAsyncClient polling() {
        return polling;
    }

    /**
     * Loads the classes of a first call, which would block an event loop for a tenth of a second and more, by asking for
     * the queues, all at once. A queue that cannot be reached is only a warning: bookings do not need it.
     *
     * @return completed, never failed, after about 3 s at most
     */
    Future<Void> warmUp(Vertx vertx, Set<String> queueUrls) {
        List<Future<Void>> answers = queueUrls.stream()
                .map(queueUrl -> vertx.<Void>executeBlocking(
                        () -> {
                            ask(queueUrl);
                            return null;
                        },
                        false))
                .toList();
        return Future.join(answers).mapEmpty();
    }

    private void ask(String queueUrl) {
        try {
            sending.getQueueAttributes(request -> request.queueUrl(queueUrl)
                            .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                    .get(WARM_UP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            log.atWarn()
                    .addKeyValue("queue", queueUrl)
                    .addKeyValue("reason", String.valueOf(reason.getMessage()))
                    .log("Queue does not answer yet");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** No limits for calls: each would leave two timers behind that stay until they are due, long after it was answered. */
    private static ClientOverrideConfiguration pollingRetries() {
        return ClientOverrideConfiguration.builder()
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy())
                .build();
    }

    private SqsAsyncClient client(SqsSettings settings, Duration readTimeout, ClientOverrideConfiguration limits) {
        SqsAsyncClientBuilder builder = SqsAsyncClient.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .httpClientBuilder(http(readTimeout))
                .overrideConfiguration(limits);
        if (settings.endpoint() != null) {
            builder.endpointOverride(settings.endpoint());
        }
        return builder.build();
    }

    private NettyNioAsyncHttpClient.Builder http(Duration readTimeout) {
        return NettyNioAsyncHttpClient.builder()
                .eventLoopGroup(eventLoops)
                .maxConcurrency(CONNECTIONS)
                .connectionTimeout(CONNECT_TIMEOUT)
                .readTimeout(readTimeout);
    }

    /** Aborts what is still in flight. Blocks for up to a few seconds. */
    @Override
    public void close() {
        sending.close();
        polling.close();
        credentials.close();
        eventLoops
                .eventLoopGroup()
                .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
