package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxConfig;
import dev.vertxoutbox.inbox.InboxEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * A consumer as a user writes it: the effect of an event is a row.
 *
 * <p>Prints {@code consuming} and goes on until it is told to stop; then it prints its counters.
 */
public final class InboxConsumer {
    /** What it writes to. */
    static final String SCHEMA =
            "CREATE TABLE effect (event_id uuid PRIMARY KEY, subject text NOT NULL, amount int NOT NULL)";

    private static final Pattern CONSUMING = Pattern.compile("consuming");
    private static final int CONNECTIONS = 8;
    private static final String EFFECT = "INSERT INTO effect (event_id, subject, amount) VALUES ($1, $2, $3)";

    private InboxConsumer() {}

    /** Starts it as a process of its own, and returns when it polls. */
    static ChildProcess start(Bench bench, int pollers, int maxInFlight, int sdkThreads) {
        ChildProcess process = ChildProcess.main(
                bench.logs().resolve("inbox-consumer.log"),
                InboxConsumer.class,
                OutboxProcess.JVM_OPTIONS,
                bench.database().environment(),
                List.of(
                        bench.stub().queueUrl(),
                        Integer.toString(pollers),
                        Integer.toString(maxInFlight),
                        Integer.toString(sdkThreads)));
        process.awaitOutput(CONSUMING);
        return process;
    }

    /** @param args queue URL, pollers, messages held at most, threads of the SDK's client; the database as libpq has it */
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Pool pool = PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromEnv().setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(CONNECTIONS).setConnectionTimeout(0))
                .using(vertx)
                .build();
        SqsAsyncClient sqs = BareConsumer.client(URI.create(args[0]), Integer.parseInt(args[3]));
        InboxConfig config = InboxConfig.of("benchmark", args[0])
                .withPollers(Integer.parseInt(args[1]))
                .withMaxInFlight(Integer.parseInt(args[2]));
        Map<String, EventHandler> handlers = Map.of("flight.booked", EventHandler.transactional(InboxConsumer::record));
        MeterRegistry meters = new SimpleMeterRegistry();
        Inbox inbox = new Inbox(vertx, pool, sqs, config, handlers, meters);
        inbox.start().await(30, TimeUnit.SECONDS);
        System.out.println("consuming");
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> meters.getMeters()
                        .forEach(meter -> System.out.println(meter.getId().getName() + " " + meter.measure()))));
    }

    private static Future<Void> record(SqlConnection tx, InboxEvent event) {
        return tx.preparedQuery(EFFECT)
                .execute(Tuple.of(
                        event.id(),
                        event.subject(),
                        event.data().getJsonObject("fare").getInteger("amount")))
                .mapEmpty();
    }
}
