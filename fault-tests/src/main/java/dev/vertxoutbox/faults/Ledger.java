package dev.vertxoutbox.faults;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxConfig;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.inbox.MalformedEventException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * A consumer, as a process of its own, whose effect shows what others' effects hide: it appends to a table that keeps
 * everything, in the order in which it was applied. An event that takes effect twice is there twice.
 */
final class Ledger {
    private static final String APPLY = "INSERT INTO ledger.applied (subject, number) VALUES ($1, $2)";
    private static final Duration LONG_POLL = Duration.ofSeconds(2);
    private static final int SILENCE_SECONDS = 15;
    private static final int STOP_SECONDS = 20;

    private Ledger() {}

    /** Takes the variables {@code PG*}, {@code AWS_*} and {@code LEDGER_QUEUE_URL}; runs until SIGTERM. */
    public static void main(String[] arguments) throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        Pool pool = PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromEnv()
                        .addProperty("application_name", "ledger")
                        .addProperty("statement_timeout", "10s")
                        .addProperty("idle_in_transaction_session_timeout", "30s"))
                .with(new PoolOptions().setMaxSize(4).setConnectionTimeout(5))
                .with(new NetClientOptions()
                        .setConnectTimeout(5_000)
                        .setReadIdleTimeout(SILENCE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .using(vertx)
                .build();
        SqsAsyncClient sqs = SqsAsyncClient.builder()
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().readTimeout(Duration.ofSeconds(25)))
                .build();
        Inbox inbox = new Inbox(
                vertx,
                pool,
                sqs,
                InboxConfig.of("ledger", System.getenv("LEDGER_QUEUE_URL")).withLongPoll(LONG_POLL),
                Map.of("ledger.entry", EventHandler.transactional(Ledger::apply)),
                new SimpleMeterRegistry());
        inbox.start().await(STOP_SECONDS, TimeUnit.SECONDS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(inbox)));
        System.out.println("ledger ready");
    }

    private static void stop(Inbox inbox) {
        try {
            inbox.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            System.out.println("ledger did not stop in time");
        }
    }

    private static Future<Void> apply(SqlConnection tx, InboxEvent event) {
        if (!(event.data().getValue("number") instanceof Number number)) {
            throw new MalformedEventException("data.number must be a number");
        }
        return tx.preparedQuery(APPLY)
                .execute(Tuple.of(event.subject(), number.longValue()))
                .mapEmpty();
    }
}
