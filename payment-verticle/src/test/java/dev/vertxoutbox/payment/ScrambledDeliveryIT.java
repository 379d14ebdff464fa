package dev.vertxoutbox.payment;

import static dev.vertxoutbox.payment.PaymentBench.fare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({VertxExtension.class, SandboxExtension.class})
class ScrambledDeliveryIT {
    private static final int BOOKINGS = 60;

    private record Sent(UUID booking, UUID event, JsonObject data, String type) {}

    /** Whatever order and however often: each booking ends charged, declined, refunded or never charged, once. */
    @Test
    void everyInterleavingEndsConsistent(Vertx vertx, TestDatabase db, Sandbox sandbox) {
        Random random = new Random(20_261_123);
        List<UUID> bookings = new ArrayList<>();
        List<Sent> messages = new ArrayList<>();
        for (int n = 0; n < BOOKINGS; n++) {
            UUID booking = UUID.randomUUID();
            bookings.add(booking);
            JsonObject data = PaymentBench.bookedData(booking, fare(n % 4 == 3 ? 20_000 : 100));
            addRepeated(messages, random, new Sent(booking, UUID.randomUUID(), data, "flight.booked"));
            if (n % 2 == 0) {
                JsonObject cancelled = new JsonObject().put("bookingId", booking.toString());
                addRepeated(messages, random, new Sent(booking, UUID.randomUUID(), cancelled, "flight.cancelled"));
            }
        }
        Collections.shuffle(messages, random);

        try (PaymentBench bench = new PaymentBench(vertx, db, sandbox)) {
            bench.deploy(gateway -> new FaultyGateway(
                    gateway,
                    charge -> charge.get()
                            .compose(answer -> random.nextInt(5) == 0
                                    ? Future.failedFuture("answer lost")
                                    : Future.succeededFuture(answer))));
            for (Sent message : messages) {
                bench.send(message.event(), message.booking(), message.data(), message.type());
            }
            bench.settle();

            for (int n = 0; n < BOOKINGS; n++) {
                assertConsistent(bench, bookings.get(n), n % 2 == 0, n % 4 == 3);
            }
        }
    }

    private static void addRepeated(List<Sent> messages, Random random, Sent message) {
        messages.addAll(Collections.nCopies(1 + random.nextInt(3), message));
    }

    private static void assertConsistent(PaymentBench bench, UUID booking, boolean cancelled, boolean tooDear) {
        List<String> books = bench.books(booking);
        List<String> announced = bench.announcedTypes(booking);
        String status = bench.statuses(booking).get(0);
        if (tooDear && !cancelled) {
            assertThat(status).isEqualTo("DECLINED");
            assertThat(books).containsExactly("decline 20000.00");
            assertThat(announced).containsExactly("payment.declined");
        } else if (!cancelled) {
            assertThat(status).isEqualTo("AUTHORIZED");
            assertThat(books).containsExactly("charge 100.00");
            assertThat(announced).containsExactly("payment.authorized");
        } else if (status.equals("REFUNDED")) {
            assertThat(books).containsExactly("charge 100.00", "refund 100.00");
            assertThat(announced).containsExactly("payment.authorized", "payment.refunded");
        } else {
            assertThat(status).isEqualTo("CANCELLED");
            assertThat(books).isEmpty();
            assertThat(announced).isEmpty();
        }
    }
}
