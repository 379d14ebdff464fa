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
import java.util.UUID;
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
    private static final String EFFECTS =
            "INSERT INTO effect (event_id, subject, amount) SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[])";

    /** How its handler is called. */
    enum Calls {
        FOR_EACH_EVENT,
        BATCHED
    }

    private InboxConsumer() {}

    /** Starts it as a process of its own, and returns when it polls. */
    static ChildProcess start(Bench bench, Calls calls, int pollers, int maxInFlight, int sdkThreads) {
        ChildProcess process = ChildProcess.main(
                bench.logs().resolve("inbox-consumer-" + calls + ".log"),
                InboxConsumer.class,
                OutboxProcess.JVM_OPTIONS,
                bench.database().environment(),
                List.of(
                        bench.stub().queueUrl(),
                        calls.name(),
                        Integer.toString(pollers),
                        Integer.toString(maxInFlight),
                        Integer.toString(sdkThreads)));
        process.awaitOutput(CONSUMING);
        return process;
    }

    /** @param args queue URL, calls, pollers, messages held at most, threads of the SDK's client; the database as libpq has it */
    public static void main(String[] args) throws Exception {
        Vertx vertx = Vertx.vertx();
        Pool pool = PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromEnv().setCachePreparedStatements(true))
                .with(new PoolOptions().setMaxSize(CONNECTIONS).setConnectionTimeout(0))
                .using(vertx)
                .build();
        SqsAsyncClient sqs = BareConsumer.client(URI.create(args[0]), Integer.parseInt(args[4]));
        InboxConfig config = InboxConfig.of("benchmark", args[0])
                .withPollers(Integer.parseInt(args[2]))
                .withMaxInFlight(Integer.parseInt(args[3]));
        Map<String, EventHandler> handlers = Map.of("flight.booked", handler(Calls.valueOf(args[1])));
        MeterRegistry meters = new SimpleMeterRegistry();
        Inbox inbox = new Inbox(vertx, pool, sqs, config, handlers, meters);
        inbox.start().await(30, TimeUnit.SECONDS);
        System.out.println("consuming");
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> meters.getMeters()
                        .forEach(meter -> System.out.println(meter.getId().getName() + " " + meter.measure()))));
    }

    private static EventHandler handler(Calls calls) {
        return switch (calls) {
            case FOR_EACH_EVENT -> EventHandler.transactional(InboxConsumer::record);
            case BATCHED -> EventHandler.batched(InboxConsumer::recordAll);
        };
    }

    private static Future<Void> record(SqlConnection tx, InboxEvent event) {
        return tx.preparedQuery(EFFECT)
                .execute(Tuple.of(event.id(), event.subject(), amount(event)))
                .mapEmpty();
    }

    private static Future<Void> recordAll(SqlConnection tx, List<InboxEvent> events) {
        return tx.preparedQuery(EFFECTS)
                .execute(Tuple.of(
                        events.stream().map(InboxEvent::id).toArray(UUID[]::new),
                        events.stream().map(InboxEvent::subject).toArray(String[]::new),
                        events.stream().map(InboxConsumer::amount).toArray(Integer[]::new)))
                .mapEmpty();
    }

    private static Integer amount(InboxEvent event) {
        return event.data().getJsonObject("fare").getInteger("amount");
    }
}
