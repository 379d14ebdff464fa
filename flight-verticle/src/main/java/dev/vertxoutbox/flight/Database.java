package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The way to the database: every use ends within {@value #OPERATION_TIMEOUT_SECONDS} seconds, and its failures tell
 * {@link Refusal.Unavailable} (worth another try) from errors of ours.
 */
final class Database {

    private static final int CONNECT_TIMEOUT_MILLIS = 2_000;
    private static final int ACQUIRE_TIMEOUT_SECONDS = 2;
    private static final String STATEMENT_TIMEOUT = "4s";
    private static final int OPERATION_TIMEOUT_SECONDS = 6;

    /** A session that hears nothing for so long is idle or cut off; longer than any statement may take. */
    private static final int SILENCE_SECONDS = 10;

    /** Requests that wait for a connection; more are refused at once instead of after the acquire timeout. */
    private static final int MAX_WAITING = 512;

    /** Lost connections, lack of resources, shutdown, locks, conflicts, no access: not the fault of the request. */
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "28", "3D", "40", "53", "55", "57", "58");

    private static final Set<String> TRANSIENT_STATES = Set.of("25006", "25P03");

    private final Pool pool;

    Database(Pool pool) {
        this.pool = pool;
    }

    /** A pool that connects when it is first needed. */
    static Pool pool(Vertx vertx, PgConnectOptions database, int size) {
        PgConnectOptions sessions = new PgConnectOptions(database)
                .setCachePreparedStatements(true)
                .addProperty("application_name", "outbox-flight")
                .addProperty("statement_timeout", STATEMENT_TIMEOUT)
                .addProperty("idle_in_transaction_session_timeout", STATEMENT_TIMEOUT);
        return PgBuilder.pool()
                .using(vertx)
                .connectingTo(sessions)
                .with(new PoolOptions()
                        .setName("flight")
                        .setMaxSize(size)
                        .setMaxWaitQueueSize(MAX_WAITING)
                        .setConnectionTimeout(ACQUIRE_TIMEOUT_SECONDS)
                        .setConnectionTimeoutUnit(TimeUnit.SECONDS))
                .with(new NetClientOptions()
                        .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                        .setReadIdleTimeout(SILENCE_SECONDS)
                        .setTcpKeepAlive(true))
                .build();
    }

    /**
     * Runs work in a transaction: commits when it succeeds, rolls back when it fails.
     *
     * @return what the work returned, after the commit. After {@link Refusal.Unavailable} it is unknown whether the
     *     transaction was committed
     */
    <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return guarded(pool.withTransaction(work));
    }

    /** Runs work that is one statement, or several that need no transaction. */
    <T> Future<T> withConnection(Function<SqlConnection, Future<T>> work) {
        return guarded(pool.withConnection(work));
    }

    private static <T> Future<T> guarded(Future<T> work) {
        return work.timeout(OPERATION_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .recover(failure ->
                        Future.failedFuture(isTransient(failure) ? new Refusal.Unavailable(failure) : failure));
    }

    /**
     * Whether the database refused what was in a transaction, which is rolled back then; not when it may have been committed
     * all the same, and not when the same would happen to any other.
     */
    static boolean rejectedContent(Throwable failure) {
        return failure instanceof PgException;
    }

    private static boolean isTransient(Throwable failure) {
        if (failure instanceof PgException error) {
            String state = error.getSqlState();
            return TRANSIENT_STATES.contains(state) || TRANSIENT_CLASSES.contains(state.substring(0, 2));
        }
        // The pool reports a full queue and an acquire timeout as a VertxException and a bare Throwable.
        return failure instanceof IOException
                || failure instanceof TimeoutException
                || failure instanceof VertxException
                || !(failure instanceof Exception || failure instanceof Error);
    }
}
