package dev.vertxoutbox.outbox;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class LaneGroupIT {

    private final OutboxStore store = new OutboxStore();
    private final Pool pool;
    private final Outbox outbox;
    private final PgConnection writer;

    LaneGroupIT(Vertx vertx, TestDatabase db) throws TimeoutException {
        pool = db.pool(vertx);
        outbox = new Outbox(pool);
        writer = PgConnection.connect(vertx, db.connectOptions()).await(5, SECONDS);
    }

    @AfterEach
    void cleanUp() {
        await(writer.close());
        await(pool.query("TRUNCATE outbox.event").execute());
    }

    @Test
    void claimOfALaneThatIsNotLockedFindsNothing() throws Exception {
        await(pool.withTransaction(tx -> outbox.append(tx, order("1"))));
        LaneGroup lane = LaneGroup.of(lanes().get(0));
        Claim claim = new Claim(lane, Floors.NONE, Set.of(), 10, 1_000_000);
        Transaction holder = await(writer.begin());
        await(store.tryLock(writer, lane));

        List<ClaimedEvent> claimedByOther =
                await(pool.withTransaction(tx -> store.tryLock(tx, lane).compose(locked -> store.claim(tx, claim))));
        assertThat(claimedByOther).isEmpty();
        assertThat(await(store.claim(writer, claim))).hasSize(1);
        await(holder.commit());
        assertThat(await(store.claim(writer, claim)))
                .as("after the transaction that had the lock")
                .isEmpty();
    }

    @Test
    void lanesThatAreClaimedTogetherGetEqualSharesInTheOrderOfTheOutbox() {
        List<OutboxEvent> events = IntStream.range(0, 60)
                .mapToObj(n -> order(Integer.toString(n % 20)))
                .toList();
        await(pool.withTransaction(tx -> outbox.append(tx, events)));
        LaneGroup all = LaneGroup.of(lanes());

        List<ClaimedEvent> claimed = claim(new Claim(all, Floors.NONE, Set.of(), 2, 1_000_000));
        assertThat(claimed).extracting(ClaimedEvent::seq).isSorted();
        assertThat(claimed.stream().collect(groupingBy(ClaimedEvent::lane, counting())))
                .hasSize(all.buckets().size())
                .values()
                .containsOnly(2L);

        await(pool.withTransaction(tx -> store.tryLock(tx, all)
                .compose(locked -> store.delete(
                        tx, all, claimed.stream().map(ClaimedEvent::seq).toList()))));
        List<ClaimedEvent> rest = claim(new Claim(all, Floors.NONE, Set.of(), 1000, 1_000_000));
        assertThat(events.stream().map(OutboxEvent::id).toList())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(claimed.stream(), rest.stream())
                        .map(ClaimedEvent::id)
                        .toList());
        assertThat(claim(new Claim(all, Floors.NONE, Set.of(), 1000, 1)))
                .as("bounded in bytes over all lanes")
                .hasSize(1);
    }

    @Test
    void groupIsOfLanesOfOneTopic() {
        assertThatThrownBy(() -> LaneGroup.of(List.of(new Lane("orders", 1), new Lane("others", 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders")
                .hasMessageContaining("others");
    }

    private static OutboxEvent order(String subject) {
        return OutboxEvent.of("orders", subject, "order.placed", new JsonObject());
    }

    private List<ClaimedEvent> claim(Claim claim) {
        return await(
                pool.withTransaction(tx -> store.tryLock(tx, claim.lanes()).compose(locked -> store.claim(tx, claim))));
    }

    private List<Lane> lanes() {
        return await(pool.withConnection(connection -> store.lanes(connection, Floors.NONE, Map.of()))).stream()
                .map(LaneHead::lane)
                .toList();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(5, SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("not completed within 5 s", late);
        }
    }
}
