package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the doorbell on a connection of its own, and connects again, for ever, when that is lost. What was rung
 * meanwhile is not delivered, so a new subscription counts as a ring.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final long MAX_RECONNECT_MILLIS = 5_000;

    private final PgSubscriber subscriber;
    private boolean up;

    Listener(Vertx vertx, PgConnectOptions database, Runnable ring) {
        subscriber = PgSubscriber.subscriber(vertx, database);
        subscriber.reconnectPolicy(retries -> {
            up = false;
            long ceiling = Math.min(MAX_RECONNECT_MILLIS, 100L << Math.min(retries, 10));
            return ThreadLocalRandom.current().nextLong(50, ceiling + 1);
        });
        subscriber
                .channel(OutboxStore.CHANNEL)
                .subscribeHandler(subscribed -> {
                    up = true;
                    log.atInfo().addKeyValue("channel", OutboxStore.CHANNEL).log("Listening for events");
                    ring.run();
                })
                .handler(notification -> ring.run());
    }

    /** Connects in the background. Until it has, and whenever it is lost, the poll finds what is to be sent. */
    void start() {
        subscriber
                .connect()
                .onFailure(failure ->
                        log.atWarn().addKeyValue("error", failure.toString()).log("Cannot listen for events; polling"));
    }

    boolean isUp() {
        return up;
    }

    Future<Void> stop() {
        up = false;
        return subscriber.close();
    }
}
