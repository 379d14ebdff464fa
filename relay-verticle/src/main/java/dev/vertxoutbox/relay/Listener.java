package dev.vertxoutbox.relay;

import dev.vertxoutbox.outbox.OutboxStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for the doorbell on a connection of its own, and connects again, for ever, when that is lost. What was rung
 * meanwhile is not delivered, so a new subscription counts as a ring. Since a connection that was cut off is as silent as
 * one on which nobody rings, it is asked for an answer now and then.
 */
final class Listener {

    private static final Logger log = LoggerFactory.getLogger(Listener.class);
    private static final long MAX_RECONNECT_MILLIS = 5_000;

    private final Vertx vertx;
    private final PgSubscriber subscriber;
    private final long checkMillis;
    private long checkTimer;
    private boolean up;

    /** @param silence a connection that was cut off is noticed after at most so long */
    Listener(Vertx vertx, PgConnectOptions database, Duration silence, Runnable ring) {
        this.vertx = vertx;
        checkMillis = silence.toMillis() / 2;
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
        checkTimer = vertx.setPeriodic(checkMillis, timer -> check());
        subscriber
                .connect()
                .onFailure(failure ->
                        log.atWarn().addKeyValue("error", failure.toString()).log("Cannot listen for events; polling"));
    }

    boolean isUp() {
        return up;
    }

    Future<Void> stop() {
        vertx.cancelTimer(checkTimer);
        up = false;
        return subscriber.close();
    }

    private void check() {
        SqlConnection connection = subscriber.actualConnection();
        if (connection != null) {
            connection
                    .query("SELECT 1")
                    .execute()
                    .timeout(checkMillis, TimeUnit.MILLISECONDS)
                    .onFailure(silent -> connection.close());
        }
    }
}
