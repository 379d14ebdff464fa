package dev.vertxoutbox.launcher.console;

import io.vertx.core.json.JsonObject;

/**
 * A point of the charts. What is not known is not a number, and null in JSON.
 *
 * @param second of the epoch
 * @param bookings per second
 * @param events acknowledged by queues, per second
 * @param backlog events that wait
 * @param p50 from an event's time to its acknowledgement, in milliseconds
 * @param p99 the same
 */
record Sample(long second, double bookings, double events, double backlog, double p50, double p99) {

    JsonObject toJson() {
        return new JsonObject()
                .put("second", second)
                .put("bookings", Numbers.orNull(bookings))
                .put("events", Numbers.orNull(events))
                .put("backlog", Numbers.orNull(backlog))
                .put("p50", Numbers.orNull(p50))
                .put("p99", Numbers.orNull(p99));
    }
}
