package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;

/**
 * From the first byte of a booking's request to the answer that shows it CONFIRMED: two trips through the outbox, the
 * relay, the queue and a consumer. One booking at a time, so nothing waits for another booking.
 *
 * @param booked latencies of the 201
 * @param confirmed latencies until CONFIRMED was read, 201 included
 */
record Confirmation(Samples booked, Samples confirmed) {

    static Confirmation measure(BookingClient client, int bookings) {
        Confirmation confirmation = new Confirmation(new Samples(), new Samples());
        for (int i = 0; i < bookings; i++) {
            long start = System.nanoTime();
            String path = client.book();
            confirmation.booked.add(System.nanoTime() - start);
            client.awaitConfirmed(path);
            confirmation.confirmed.add(System.nanoTime() - start);
        }
        return confirmation;
    }

    JsonObject toJson() {
        return new JsonObject().put("created201", booked.toJson()).put("confirmed", confirmed.toJson());
    }
}
