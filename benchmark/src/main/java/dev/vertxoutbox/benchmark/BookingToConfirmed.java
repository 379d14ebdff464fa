package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.sandbox.Queues;
import dev.vertxoutbox.sandbox.Sandbox;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a booking takes from its request to CONFIRMED, and whether an outage of the queue makes a booking slower.
 *
 * <p>PostgreSQL and ElasticMQ run in the sandbox of this JVM, the system as one process with all roles and default
 * configuration. Prints percentiles and writes a JSON file with every sample.
 */
public final class BookingToConfirmed {
    private static final int WARM_UP_BOOKINGS = 200;
    private static final int BOOKINGS = 500;
    private static final int BLOCKS = 5;
    private static final int BOOKINGS_PER_BLOCK = 50;

    private final Path root;
    private final Instant date = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private BookingToConfirmed(Path root) {
        this.root = root;
    }

    /**
     * Measures for one to two minutes. The results are {@code benchmark/results/<date>-booking-to-confirmed.json}.
     *
     * @param args the project's directory, where {@code launcher/target/outbox.jar} has been built
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            throw new IllegalArgumentException("Give one argument, the project's directory");
        }
        new BookingToConfirmed(Path.of(args[0]).toAbsolutePath().normalize()).run();
        // ElasticMQ and the SDK leave threads behind.
        System.exit(0);
    }

    private void run() throws IOException {
        try (Sandbox sandbox = Sandbox.start()) {
            String database = sandbox.postgres().createEmptyDatabase();
            try (OutboxProcess system = OutboxProcess.start(
                    root.resolve("launcher/target/outbox.jar"),
                    root.resolve("benchmark/target/booking-to-confirmed.log"),
                    environment(sandbox, database))) {
                measure(sandbox, database, system.awaitReady());
            }
        }
    }

    private static Map<String, String> environment(Sandbox sandbox, String database) {
        Queues queues = sandbox.queues();
        Map<String, String> environment = new HashMap<>(sandbox.postgres().environment(database));
        environment.putAll(queues.environment());
        environment.put("FLIGHT_QUEUE_URL", queues.createFifo("flight-events"));
        environment.put("PAYMENT_QUEUE_URL", queues.createFifo("payment-events"));
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        return environment;
    }

    private void measure(Sandbox sandbox, String database, URI api) throws IOException {
        JsonObject before = Machine.toJson();
        BookingClient client = new BookingClient(api);
        Confirmation.measure(client, WARM_UP_BOOKINGS);
        Confirmation confirmation = Confirmation.measure(client, BOOKINGS);
        print("Booking to 201:       ", confirmation.booked());
        print("Booking to CONFIRMED: ", confirmation.confirmed());
        Outage outage = Outage.measure(client, sandbox.queues(), BLOCKS, BOOKINGS_PER_BLOCK);
        print("201 with the queue up:   ", outage.up());
        print("201 with the queue down: ", outage.down());
        print("Queue back to all CONFIRMED: ", outage.recovery());
        System.out.printf("201 down / up, medians: %.2f%n", outage.ratio());
        write(new JsonObject()
                .put("date", date.toString())
                .put("unit", "ms")
                .put("settings", settings())
                .put("machine", before)
                .put("loadAverage1mAtEnd", Machine.toJson().getDouble("loadAverage1m"))
                .put("postgres", Machine.postgres(sandbox.postgres(), database))
                .put("bookingToConfirmed", confirmation.toJson())
                .put("outage", outage.toJson()));
    }

    private static JsonObject settings() {
        return new JsonObject()
                .put("warmUpBookings", WARM_UP_BOOKINGS)
                .put("bookings", BOOKINGS)
                .put("blocks", BLOCKS)
                .put("bookingsPerBlock", BOOKINGS_PER_BLOCK)
                .put("pauseInBlocksMs", Outage.PAUSE.toMillis())
                .put("pollIntervalMs", BookingClient.POLL_INTERVAL.toMillis())
                .put("systemJvmOptions", String.join(" ", OutboxProcess.JVM_OPTIONS));
    }

    private static void print(String what, Samples samples) {
        System.out.println(what + samples);
    }

    private void write(JsonObject results) throws IOException {
        String day = DateTimeFormatter.ISO_LOCAL_DATE.withZone(ZoneOffset.UTC).format(date);
        Path file = root.resolve("benchmark/results/" + day + "-booking-to-confirmed.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, results.encodePrettily() + "\n");
        System.out.println("All samples are in " + root.relativize(file));
    }
}
