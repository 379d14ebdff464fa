package dev.vertxoutbox.sandbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class PostgresIT {

    private final Postgres postgres;
    private final TestDatabase db;

    PostgresIT(Sandbox sandbox, TestDatabase db) {
        this.postgres = sandbox.postgres();
        this.db = db;
    }

    @Test
    void committedDataIsDurable(Vertx vertx) throws Exception {
        Pool pool = db.pool(vertx);

        assertThat(text(pool, "SHOW fsync")).isEqualTo("on");
        assertThat(text(pool, "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(text(pool, "SHOW full_page_writes")).isEqualTo("on");
    }

    @Test
    void freshDatabasesHaveTheMigrationsAndNothingOfEachOther(Vertx vertx) throws Exception {
        Pool first =
                db.pool(vertx, postgres.connectOptions(postgres.createDatabase()), new PoolOptions().setMaxSize(1));
        Pool second =
                db.pool(vertx, postgres.connectOptions(postgres.createDatabase()), new PoolOptions().setMaxSize(1));

        run(first, "INSERT INTO outbox.sample VALUES (1)");

        assertThat(text(first, "SELECT count(*)::text FROM outbox.sample")).isEqualTo("1");
        assertThat(text(second, "SELECT count(*)::text FROM outbox.sample")).isEqualTo("0");
        assertThat(text(second, "SELECT string_agg(version::text, ',') FROM inbox.applied"))
                .isEqualTo("1,2,10");
    }

    @Test
    void anEmptyDatabaseHasNoSchemaOfOurs(Vertx vertx) throws Exception {
        Pool pool = db.pool(
                vertx, postgres.connectOptions(postgres.createEmptyDatabase()), new PoolOptions().setMaxSize(1));

        assertThat(text(pool, "SELECT count(*)::text FROM pg_namespace WHERE nspname IN ('outbox', 'inbox')"))
                .isEqualTo("0");
    }

    @Test
    void killedSessionsEndAndOthersLiveOn(Vertx vertx) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        connect(vertx, "doomed").closeHandler(closed -> ended.countDown());
        PgConnection other = connect(vertx, "other");

        assertThat(postgres.killBackendsNamed("doomed")).isEqualTo(1);

        assertThat(ended.await(5, SECONDS)).isTrue();
        other.query("SELECT 1").execute().await(5, SECONDS);
        assertThat(postgres.killBackends("postgres")).isZero();
        assertThat(db.killBackends()).isPositive();
    }

    @Test
    void aRestartKeepsAddressAndData(Vertx vertx) throws Exception {
        Pool pool = db.pool(vertx);
        run(pool, "CREATE TABLE restarted (id int)");
        run(pool, "INSERT INTO restarted VALUES (1)");

        postgres.restart();

        assertThat(text(db.pool(vertx), "SELECT count(*)::text FROM restarted")).isEqualTo("1");
        assertThat(text(db.pool(vertx), "SHOW fsync")).isEqualTo("on");
    }

    @Test
    void aCrashKeepsWhatWasCommitted(Vertx vertx) throws Exception {
        Pool pool = db.pool(vertx);
        run(pool, "CREATE TABLE crashed (id int)");
        run(pool, "INSERT INTO crashed VALUES (1)");

        postgres.crash();
        assertThatThrownBy(() -> connect(vertx, "refused")).hasMessageContaining("Connection refused");
        postgres.start();

        assertThat(text(db.pool(vertx), "SELECT count(*)::text FROM crashed")).isEqualTo("1");
    }

    private PgConnection connect(Vertx vertx, String applicationName) throws Exception {
        PgConnectOptions options = db.connectOptions().addProperty("application_name", applicationName);
        PgConnection connection = PgConnection.connect(vertx, options).await(5, SECONDS);
        // Without one, a session that is killed prints a stack trace.
        return connection.exceptionHandler(expected -> {});
    }

    private static void run(Pool pool, String sql) throws Exception {
        pool.query(sql).execute().await(5, SECONDS);
    }

    private static String text(Pool pool, String sql) throws Exception {
        return pool.query(sql).execute().await(5, SECONDS).iterator().next().getString(0);
    }
}
