package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.ClaimedEvent;
import dev.vertxoutbox.outbox.Floors;
import dev.vertxoutbox.outbox.Lane;
import dev.vertxoutbox.outbox.LaneGroup;
import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes drains, and keeps what one drain of a lane leaves for the next. Confined to one event loop. */
final class Drains {

    /** For a database that answers, but not in time; one that is silent ends its drains before. */
    private static final int TIMEOUT_SECONDS = 60;

    private static final Logger log = LoggerFactory.getLogger(Drains.class);

    private final Vertx vertx;
    private final Pool pool;
    private final OutboxStore store;
    private final Routes routes;
    private final FloorWatch floors;
    private final Consumer<Lane> again;
    private final Setbacks setbacks = new Setbacks(System::nanoTime);
    private boolean stopping;

    /** @param again called with a lane in which an event is to be sent again now */
    Drains(Vertx vertx, Pool pool, OutboxStore store, Routes routes, FloorWatch floors, Consumer<Lane> again) {
        this.vertx = vertx;
        this.pool = pool;
        this.store = store;
        this.routes = routes;
        this.floors = floors;
        this.again = again;
    }

    /** The result of each lane; fails if nothing is known of them. */
    Future<Map<Lane, Drain.Result>> drain(LaneGroup lanes) {
        Destination destination = routes.of(lanes.topic());
        return destination.isOpen()
                ? Future.succeededFuture(Drain.all(lanes, Drain.Result.UNREACHABLE))
                : new Drain(this, lanes, destination).run(pool).timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** Drains under way send nothing else. */
    void stop() {
        stopping = true;
    }

    boolean isStopping() {
        return stopping;
    }

    OutboxStore store() {
        return store;
    }

    Floors floors() {
        return floors.floors();
    }

    Setbacks setbacks() {
        return setbacks;
    }

    /** Sends an event that SQS would not take again after a while; false if there are too many of them already. */
    boolean retryLater(ClaimedEvent event, String reason) {
        if (setbacks.isFull()) {
            return false;
        }
        Setbacks.Retry retry = setbacks.failed(event.lane(), event.subject());
        Destination.describe(log.atWarn(), event)
                .addKeyValue("attempt", retry.attempt())
                .addKeyValue("reason", reason)
                .log("SQS did not take an event; it is sent again, and its subject waits for it");
        vertx.setTimer(retry.delayMillis() + 1, timer -> again.accept(event.lane()));
        return true;
    }
}
