package dev.vertxoutbox.payment;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** A payment service as a process of its own, whose gateway charges and never answers: it gets no further. */
final class PaymentProcess {
    static final Duration VISIBILITY = Duration.ofSeconds(3);

    private PaymentProcess() {}

    /** Starts it on a queue, with the database and the endpoint that the variables name. */
    static Process start(String queueUrl, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PaymentProcess.class.getName(),
                        queueUrl)
                .redirectErrorStream(true)
                .redirectOutput(new File("target/payment-process.log"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** @param queue its URL */
    public static void main(String... queue) throws Exception {
        SimulatedGatewayConfig gateway = SimulatedGatewayConfig.of(PaymentBench.LIMIT);
        PgConnectOptions database = PgConnectOptions.fromEnv().addProperty("role", "payment_app");
        PaymentConfig config = PaymentConfig.of(database, queue[0], gateway);
        PaymentConfig quick = new PaymentConfig(
                database, config.poolSize(), config.inbox().withVisibilityTimeout(VISIBILITY), gateway);
        PaymentVerticle verticle = new PaymentVerticle(
                quick,
                SqsAsyncClient.create(),
                new SimpleMeterRegistry(),
                simulated -> new FaultyGateway(simulated, charge -> charge.get().compose(PaymentProcess::never)));
        Vertx.vertx().deployVerticle(verticle).await(30, TimeUnit.SECONDS);
    }

    private static <T> Future<T> never(T answer) {
        return Promise.<T>promise().future();
    }

    static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new AssertionError("Still runs after SIGKILL: " + process);
        }
    }
}
