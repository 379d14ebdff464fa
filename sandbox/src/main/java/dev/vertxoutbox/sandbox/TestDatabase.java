package dev.vertxoutbox.sandbox;

import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A test class's own database with all migrations applied. {@link SandboxExtension} makes it, closes the pools it gave
 * out and drops it after the class.
 */
public final class TestDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TestDatabase.class);

    private static final int POOL_SIZE = 8;
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final Postgres postgres;
    private final String name;
    private final Queue<Pool> pools = new ConcurrentLinkedQueue<>();

    TestDatabase(Postgres postgres) {
        this.postgres = postgres;
        this.name = postgres.createDatabase();
    }

    /** The database's name. */
    public String name() {
        return name;
    }

    /** How its superuser connects; a new object for each call. */
    public PgConnectOptions connectOptions() {
        return postgres.connectOptions(name);
    }

    /** The same as {@code PG*} variables, for a process of its own. */
    public Map<String, String> environment() {
        return postgres.environment(name);
    }

    /** A new pool of up to eight connections. It is closed after the class at the latest. */
    public Pool pool(Vertx vertx) {
        return pool(vertx, connectOptions(), new PoolOptions().setMaxSize(POOL_SIZE));
    }

    /** A new pool with other options than the usual. It is closed after the class at the latest. */
    public Pool pool(Vertx vertx, PgConnectOptions connectOptions, PoolOptions poolOptions) {
        Pool pool = PgBuilder.pool()
                .using(vertx)
                .connectingTo(connectOptions)
                .with(poolOptions)
                .build();
        pools.add(pool);
        return pool;
    }

    /** Ends every session of this database and returns how many there were. */
    public int killBackends() {
        return postgres.killBackends(name);
    }

    @Override
    public void close() {
        for (Pool pool = pools.poll(); pool != null; pool = pools.poll()) {
            close(pool);
        }
        postgres.start();
        postgres.dropDatabase(name);
    }

    private static void close(Pool pool) {
        try {
            pool.close().await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | RuntimeException e) {
            // Dropping the database ends whatever session is left.
            LOG.atDebug().setCause(e).log("Pool did not close");
        }
    }
}
