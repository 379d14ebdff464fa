package dev.vertxoutbox.relay;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.outbox.ListedEvent;
import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.outbox.OutboxArchive;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.outbox.Replay;
import dev.vertxoutbox.relay.StubSqs.Answer;
import dev.vertxoutbox.relay.StubSqs.Message;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ArchiveIT {

    private static final String DROP_DAYS = """
            DO $$
            DECLARE day regclass;
            BEGIN
                FOR day IN SELECT inhrelid::regclass FROM pg_inherits
                    WHERE inhparent = 'outbox.archive'::regclass AND inhrelid <> 'outbox.archive_default'::regclass
                LOOP
                    EXECUTE 'DROP TABLE ' || day;
                END LOOP;
            END $$
            """;

    private final Vertx vertx;
    private final TestDatabase db;
    private final StubSqs queue;
    private final Pool pool;
    private final Outbox outbox;
    private final OutboxAdmin admin;
    private final OutboxArchive archive;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    ArchiveIT(Vertx vertx, TestDatabase db) throws Exception {
        this.vertx = vertx;
        this.db = db;
        queue = new StubSqs(vertx);
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        admin = new OutboxAdmin(pool);
        archive = new OutboxArchive(pool);
    }

    @BeforeEach
    void empty() {
        get(pool.query(DROP_DAYS).execute());
        get(pool.query("TRUNCATE outbox.event, outbox.archive, outbox.parked_event")
                .execute());
    }

    @AfterEach
    void close() throws Exception {
        for (String id : vertx.deploymentIDs()) {
            get(vertx.undeploy(id));
        }
        queue.close();
    }

    @Test
    void sentEventIsArchivedAndWhatIsParkedOrDiscardedIsNot() {
        queue.script = message -> message.group().equals("poison") ? Answer.SENDER_FAULT : Answer.ACCEPT;
        startRelay(1);
        append(order("fine", 1), order("poison", 1), order("poison", 2));
        await().until(() -> parked().size() == 2);
        get(admin.discard(parked().get(0).id()));
        append(order("last", 1));

        await().until(() -> archivedSubjects().contains("last"));

        assertThat(archivedSubjects()).containsExactlyInAnyOrder("fine", "last");
    }

    @Test
    void withoutArchiveDaysNothingIsKept() {
        startRelay(0);
        append(order("a", 1));

        await().until(() -> get(admin.backlog()).pending() == 0);

        assertThat(get(archive.isEmpty())).isTrue();
        assertThat(partitions()).isZero();
        assertThat(metrics.find("outbox.archive.kept").gauge()).isNull();
    }

    @Test
    void relayMakesTheDaysOfTheArchive() {
        startRelay(1);

        await().until(() -> partitions() >= 8);
        await().until(() -> metrics.get("outbox.archive.kept").gauge().value() == 1);
    }

    @Test
    void archiveThatCannotBeKeptStopsNoEventAndIsTriedAgain() throws Exception {
        get(pool.query("ALTER FUNCTION outbox.keep_archive RENAME TO gone").execute());
        ArchiveKeeper keeper = new ArchiveKeeper(vertx, archive, 1, 100, 100);
        try {
            startRelay(1);
            keeper.start();
            append(order("a", 1));

            await().until(() -> archivedSubjects().contains("a"));
            assertThat(queue.groups()).containsExactly("a");
            assertThat(keeper.isOk()).isFalse();
            assertThat(metrics.get("outbox.archive.kept").gauge().value()).isZero();
        } finally {
            get(pool.query("ALTER FUNCTION outbox.gone RENAME TO keep_archive").execute());
        }

        await().until(keeper::isOk);
        keeper.stop();
    }

    @Test
    void replayedEventIsSentAgainAsItWasAndArchivedAgain() {
        startRelay(1);
        append(order("a", 1), order("a", 2));
        await().until(() -> archivedSubjects().size() == 2);

        assertThat(get(archive.replay(Replay.of("orders").withSubject("a"))).events())
                .isEqualTo(2);
        await().until(() -> queue.accepted.size() == 4);

        assertThat(queue.accepted.subList(2, 4)).isEqualTo(queue.accepted.subList(0, 2));
        await().until(() -> archivedSubjects().size() == 2);
    }

    @Test
    void eventReplayedAsNewDiffersInItsIdOnly() {
        startRelay(1);
        append(order("a", 1));
        await().until(() -> archivedSubjects().size() == 1);

        get(archive.replay(Replay.of("orders").withNewIds()));
        await().until(() -> queue.accepted.size() == 2);

        Message first = queue.accepted.get(0);
        Message second = queue.accepted.get(1);
        assertThat(second.deduplicationId())
                .isNotEqualTo(first.deduplicationId())
                .isEqualTo(second.body().getString("id"));
        assertThat(second.body().copy().put("id", first.deduplicationId())).isEqualTo(first.body());
    }

    private void startRelay(int archiveDays) {
        RelayConfig config = RelayConfig.of(db.connectOptions(), Map.of("orders", queue.url("orders.fifo")))
                .withPollInterval(Duration.ofMillis(100))
                .withArchiveDays(archiveDays);
        get(vertx.deployVerticle(new RelayVerticle(config, queue.client(), metrics)));
    }

    private void append(OutboxEvent... events) {
        get(pool.withTransaction(tx -> outbox.append(tx, List.of(events))));
    }

    private static OutboxEvent order(String subject, int number) {
        return OutboxEvent.of("orders", subject, "order.placed", new JsonObject().put("n", number));
    }

    private List<ListedEvent> parked() {
        return get(admin.parked(null, null, null, 10));
    }

    private List<String> archivedSubjects() {
        List<String> subjects = new ArrayList<>();
        get(pool.query("SELECT subject FROM outbox.archive").execute()).forEach(row -> subjects.add(row.getString(0)));
        return subjects;
    }

    private int partitions() {
        return get(pool.query("SELECT count(*)::int FROM pg_inherits WHERE inhparent = 'outbox.archive'::regclass"
                                + " AND inhrelid <> 'outbox.archive_default'::regclass")
                        .execute())
                .iterator()
                .next()
                .getInteger(0);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.await(10, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 10 s", late);
        }
    }
}
