package dev.vertxoutbox.inbox;

import static dev.vertxoutbox.inbox.Bench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ForgettingIT {
    private Bench bench;

    @BeforeEach
    void prepare(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        bench = new Bench(vertx, db, sandbox);
    }

    @AfterEach
    void cleanUp() {
        bench.close();
    }

    @Test
    void rowsOlderThanTheRetentionAreForgottenInBatchesAndNoOthers(Vertx vertx) {
        int old = 2 * Forgetting.BATCH_ROWS + 1;
        insert("bench", old, "31 days");
        insert("bench", 5, "29 days");
        insert("other", 3, "31 days");
        ProcessedStore store = new ProcessedStore(bench.pool, "bench");

        assertThat(Bench.done(store.forget(Duration.ofDays(30), Forgetting.BATCH_ROWS)))
                .isEqualTo(Forgetting.BATCH_ROWS);

        Forgetting forgetting =
                new Forgetting(vertx, store, new Condition("forget", bench.config()), Duration.ofDays(30));
        forgetting.forgetSome();
        eventually(() -> assertThat(bench.number("SELECT count(*) FROM inbox.processed WHERE consumer = 'bench'"))
                .isEqualTo(5));
        assertThat(bench.number("SELECT count(*) FROM inbox.processed WHERE consumer = 'other'"))
                .isEqualTo(3);
        forgetting.stop();
    }

    @Test
    void forgettingGoesOnAfterAnError(Vertx vertx) {
        Condition condition = new Condition("forget", bench.config());
        insert("bench", 1, "31 days");
        Forgetting forgetting =
                new Forgetting(vertx, new ProcessedStore(bench.pool, "bench"), condition, Duration.ofDays(30));
        bench.sandbox.postgres().stop();
        forgetting.forgetSome();
        eventually(() -> assertThat(condition.isOk()).isFalse());

        bench.sandbox.postgres().start();
        forgetting.forgetSome();

        eventually(() -> assertThat(condition.isOk()).isTrue());
        assertThat(bench.number("SELECT count(*) FROM inbox.processed")).isZero();
        forgetting.stop();
    }

    @Test
    void oldRowsAreFoundByTheIndex() {
        insert("bench", 20_000, "1 day");
        bench.sql("ANALYZE inbox.processed");

        List<String> plan = new ArrayList<>();
        Bench.done(bench.admin
                        .query("EXPLAIN SELECT event_id FROM inbox.processed WHERE consumer = 'bench'"
                                + " AND processed_at < now() - interval '30 days' ORDER BY processed_at LIMIT 1000")
                        .execute())
                .forEach(row -> plan.add(row.getString(0)));

        assertThat(String.join("\n", plan)).contains("processed_age").doesNotContain("Sort");
    }

    @Test
    void positionsNotMovedForTheRetentionAreForgottenAndNoOthers(Vertx vertx) {
        position("bench", "old", 32);
        position("bench", "recent", 30);
        position("other", "old", 32);
        ProcessedStore store = new ProcessedStore(bench.pool, "bench");

        Forgetting forgetting =
                new Forgetting(vertx, store, new Condition("forget", bench.config()), Duration.ofDays(30));
        forgetting.forgetSome();

        eventually(() -> assertThat(bench.number("SELECT count(*) FROM inbox.position WHERE subject = 'old'"))
                .isEqualTo(1));
        assertThat(bench.number("SELECT count(*) FROM inbox.position")).isEqualTo(2);
        forgetting.stop();
    }

    private void position(String consumer, String subject, int days) {
        bench.sql("INSERT INTO inbox.position (consumer, source, subject, sequence, seen_on) VALUES ('" + consumer
                + "', '/test', '" + subject + "', 1, current_date - " + days + ")");
    }

    private void insert(String consumer, int rows, String age) {
        bench.sql("INSERT INTO inbox.processed SELECT '" + consumer + "', gen_random_uuid(), 'x', now() - interval '"
                + age + "' FROM generate_series(1, " + rows + ")");
    }
}
