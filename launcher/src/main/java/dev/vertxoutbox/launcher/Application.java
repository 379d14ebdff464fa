package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.FlightVerticle;
import dev.vertxoutbox.launcher.console.Console;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxArchive;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.relay.RelayVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles of one process, with their management server, on one Vert.x. {@link #start} once, {@link #stop} once.
 *
 * <p>{@link #stop} may be called whether or not {@link #start} has completed or succeeded.
 */
public final class Application {
    private static final Logger log = LoggerFactory.getLogger(Application.class);
    private static final int MANAGEMENT_CONNECTIONS = 2;
    private static final int MANAGEMENT_TIMEOUT_SECONDS = 2;

    /** A connection cut off without a word is closed after it; longer than any operation is silent. */
    private static final int MANAGEMENT_SILENCE_SECONDS = 60;

    private final Settings settings;
    private final Metrics metrics;
    private final Tracing tracing;
    private final Vertx vertx;
    private final EventLoops loops;
    private final Health health;
    private final Pool pool;
    private final @Nullable SqsClients sqs;
    private final RoleVerticles verticles;
    private final Console console;
    private final ManagementVerticle management;
    private volatile Future<Void> warmUp = Future.succeededFuture();

    private Application(Settings settings, Consumer<Router> moreRoutes, UnaryOperator<SimulatedGatewayConfig> gateway) {
        this.settings = settings;
        this.metrics = new Metrics();
        this.tracing = Tracing.of(settings.tracing(), metrics.registry());
        this.vertx = metrics.vertx().build();
        this.loops = new EventLoops(vertx);
        this.health = new Health(loops);
        this.sqs = settings.sqs() == null ? null : new SqsClients(settings.sqs());
        this.pool = PgBuilder.pool()
                .connectingTo(settings.database().connectOptions("outbox-management"))
                .with(new PoolOptions()
                        .setName("management")
                        .setMaxSize(MANAGEMENT_CONNECTIONS)
                        .setConnectionTimeout(MANAGEMENT_TIMEOUT_SECONDS)
                        .setIdleTimeout(1)
                        .setIdleTimeoutUnit(TimeUnit.MINUTES))
                .with(new NetClientOptions()
                        .setReadIdleTimeout(MANAGEMENT_SILENCE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .using(vertx)
                .build();
        this.verticles = new RoleVerticles(
                vertx,
                sqs == null
                        ? List.of()
                        : RoleVerticle.all(settings, sqs, metrics.registry(), tracing.openTelemetry(), gateway));
        this.console = new Console(
                vertx, metrics.registry(), ConsoleSubject.of(settings, new OutboxAdmin(pool), verticles, queues()));
        this.management =
                new ManagementVerticle(settings.management(), operations(), moreRoutes.andThen(console::serve));
        addChecks(new DatabaseProbe(pool));
        if (sqs != null) {
            loops.add(sqs.eventLoops());
        }
    }

    /** No role can do anything without the database, whatever it has found out about that by itself. */
    private void addChecks(DatabaseProbe database) {
        health.addCheck("database", () -> database.answers().map(Condition.up()));
        verticles.forEach(part -> health.addCheck(
                part.role().word(),
                () -> database.answers()
                        // A verticle that is not deployed yet has no condition: the check fails, as it should.
                        .transform(asked -> Future.succeededFuture(
                                asked.succeeded()
                                        ? part.condition().get()
                                        : Condition.down(
                                                "database: " + asked.cause().getMessage())))));
    }

    /**
     * Checks the configuration and makes the parts of the process; nothing listens or connects yet.
     *
     * @param environment variables as {@code --help} lists them
     * @param roles what to run, at least one
     * @param moreRoutes adds routes to the management server; changing calls to them need the token as well
     * @throws ConfigurationException when a variable that one of the roles uses is wrong or missing
     */
    public static Application of(Map<String, String> environment, Set<Role> roles, Consumer<Router> moreRoutes) {
        return of(environment, roles, moreRoutes, configured -> configured);
    }

    /**
     * The same, with a simulated gateway whose behaviour may change while it runs.
     *
     * @param gateway how it behaves at the moment, given how it is configured; asked at each call to it
     */
    public static Application of(
            Map<String, String> environment,
            Set<Role> roles,
            Consumer<Router> moreRoutes,
            UnaryOperator<SimulatedGatewayConfig> gateway) {
        return new Application(Settings.from(environment, roles), moreRoutes, gateway);
    }

    private QueueDepths queues() {
        return new QueueDepths(vertx, sqs == null ? null : sqs.sending(), settings);
    }

    private Map<String, Operation> operations() {
        OutboxAdmin outbox = new OutboxAdmin(pool);
        Map<String, Operation> operations = new HashMap<>(health.operations());
        operations.putAll(metrics.operations(vertx));
        operations.putAll(console.operations());
        operations.putAll(new OutboxOperations(outbox).operations());
        operations.putAll(new ReplayOperations(new OutboxArchive(pool)).operations());
        operations.putAll(RelayOperations.operations(
                outbox, settings.relay(), verticles.find(RelayVerticle.class).orElse(null)));
        operations.putAll(
                new QueueOperations(vertx, sqs == null ? null : sqs.sending(), settings.queueUrls()).operations());
        return operations;
    }

    /**
     * Migrates if that is among the roles, waits for the database and its schemas otherwise, and starts the other roles.
     * Each logs a line when it serves.
     *
     * @return completed when every role serves, or when migrations are done if there is no other role; failed with a
     *     {@link StartException} for what an operator can mend: no database or no schema within 60 s, a migration that
     *     fails, a port in use
     */
    public Future<Void> start() {
        if (sqs == null) {
            return prepareDatabase();
        }
        warmUp = sqs.warmUp(vertx, settings.queueUrls());
        return deployManagement()
                .compose(deployed -> prepareDatabase())
                .compose(prepared -> warmUp)
                .compose(warm -> deployRoles())
                .onSuccess(deployed -> {
                    health.running();
                    tellCloudWatch();
                    verticles.forEach(this::announce);
                })
                .compose(deployed -> management.load())
                .mapEmpty();
    }

    private void tellCloudWatch() {
        String namespace = settings.cloudWatchNamespace();
        if (namespace != null) {
            new CloudWatchMetrics(namespace, metrics.registry(), System.out).start(vertx);
        }
    }

    private Future<?> deployManagement() {
        return vertx.deployVerticle(management)
                .recover(failure -> Future.failedFuture(StartException.ofPort(
                        Variable.MANAGEMENT_PORT, settings.management().port(), failure)));
    }

    private Future<Void> deployRoles() {
        FlightSettings flight = settings.flight();
        return verticles
                .deploy()
                .recover(failure -> Future.failedFuture(
                        flight == null
                                ? failure
                                : StartException.ofPort(
                                        Variable.HTTP_PORT, flight.httpPort(), StartException.ofKeys(failure))));
    }

    private Future<Void> prepareDatabase() {
        DatabaseWait database = new DatabaseWait(vertx, settings.database());
        if (!settings.roles().contains(Role.MIGRATE)) {
            return database.until(settings.tables());
        }
        return database.until(Set.of())
                .compose(reached -> vertx.executeBlocking(() -> {
                    new Migrations(settings.database(), settings.passwords()).run();
                    return null;
                }));
    }

    /** The one line for each role that those who start us wait for. */
    private void announce(RoleVerticle part) {
        String url = part.url().get();
        log.info(
                "{} ready{}{} management http://0.0.0.0:{}",
                part.role().word(),
                url.isEmpty() ? "" : " ",
                url,
                management.actualPort());
    }

    /**
     * The port of the booking API, once started.
     *
     * @throws IllegalStateException if the flight role is not run here
     */
    public int httpPort() {
        return verticles
                .find(FlightVerticle.class)
                .orElseThrow(() -> new IllegalStateException("This process does not run the flight role"))
                .actualPort();
    }

    /** The port of the management server, once started. */
    public int managementPort() {
        return management.actualPort();
    }

    /**
     * Stops in order: readiness goes down, HTTP stops accepting and consumers finish what they hold, the relay finishes
     * what is in flight, the connections are closed, and the last spans are sent.
     *
     * @return completed, never failed, when nothing is left; after about 30 s at most
     */
    public Future<Void> stop() {
        health.draining();
        return verticles
                .undeploy()
                .eventually(console::close)
                .eventually(pool::close)
                .eventually(this::closeSqs)
                .eventually(this::closeTracing)
                .eventually(vertx::close)
                .transform(closed -> {
                    metrics.close();
                    return Future.succeededFuture();
                });
    }

    private Future<Void> closeTracing() {
        return vertx.executeBlocking(() -> {
            tracing.close();
            return null;
        });
    }

    /** After the warm-up, which would find its event loop gone. */
    private Future<Void> closeSqs() {
        if (sqs == null) {
            return Future.succeededFuture();
        }
        return warmUp.compose(warm -> vertx.executeBlocking(() -> {
            sqs.close();
            return null;
        }));
    }
}
