package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at start for what other processes provide: the database server, and the tables that the migrate role makes. */
final class DatabaseWait {
    private static final Logger log = LoggerFactory.getLogger(DatabaseWait.class);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long ATTEMPT_SECONDS = 5;
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 4_000;
    private static final Set<String> LOGIN_REFUSED = Set.of("28000", "28P01");

    /** From the catalog, because to_regclass fails for a schema that one may not use. */
    private static final String MISSING_TABLES = """
            SELECT wanted.name FROM unnest($1::text[]) AS wanted(name)
            WHERE NOT EXISTS (
                SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname || '.' || c.relname = wanted.name)
            """;

    private final Vertx vertx;
    private final DatabaseSettings database;
    private final PgConnectOptions options;
    private final long deadlineNanos = System.nanoTime() + LIMIT.toNanos();

    DatabaseWait(Vertx vertx, DatabaseSettings database) {
        this.vertx = vertx;
        this.database = database;
        this.options = database.connectOptions("outbox-start");
    }

    /** Fails with a {@link StartException} when the database, or one of the tables, has been missing for 60 s. */
    Future<Void> until(Set<String> tables) {
        return attempt(tables.toArray(String[]::new), FIRST_PAUSE_MILLIS);
    }

    private Future<Void> attempt(String[] tables, long pauseMillis) {
        return check(tables).recover(failure -> {
            String reason = reason(failure);
            if (failure instanceof PgException refused && LOGIN_REFUSED.contains(refused.getSqlState())) {
                return Future.failedFuture(new StartException("database " + database.address() + " refuses user "
                        + database.user() + ": " + reason + "; check PGUSER and PGPASSWORD"));
            }
            if (System.nanoTime() > deadlineNanos) {
                return Future.failedFuture(new StartException("gave up waiting for database " + database.address()
                        + " after " + LIMIT.toSeconds() + " s: " + reason));
            }
            log.atWarn()
                    .addKeyValue("database", database.address())
                    .addKeyValue("reason", reason)
                    .log("Waiting for the database");
            return vertx.timer(pauseMillis, TimeUnit.MILLISECONDS)
                    .compose(fired -> attempt(tables, Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)));
        });
    }

    private Future<Void> check(String[] tables) {
        return PgConnection.connect(vertx, options)
                .compose(connection -> connection
                        .preparedQuery(MISSING_TABLES)
                        .execute(Tuple.of(tables))
                        .eventually(connection::close))
                .timeout(ATTEMPT_SECONDS, TimeUnit.SECONDS)
                .compose(missing -> missing.size() == 0
                        ? Future.succeededFuture()
                        : Future.failedFuture("schema missing: run the migrate role ("
                                + missing.iterator().next().getString(0) + " does not exist)"));
    }

    private static String reason(Throwable failure) {
        if (failure instanceof PgException refused) {
            return refused.getErrorMessage() + " (" + refused.getSqlState() + ")";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
