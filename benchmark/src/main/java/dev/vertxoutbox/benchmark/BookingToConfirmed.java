package dev.vertxoutbox.benchmark;

/**
 * How long a booking takes from its request to CONFIRMED, and whether an outage of the queue makes a booking slower. The
 * queues are ElasticMQ's, the system is one process with all roles and default configuration.
 */
final class BookingToConfirmed implements Measurement {
    private static final double GOAL_MILLIS = 50;
    private static final double GOAL_DOWN_TO_UP = 1.1;

    private final int warmUpBookings = Settings.of("warmUpBookings", 200);
    private final int bookings = Settings.of("bookings", 300);
    private final int blocks = Settings.of("blocks", 3);
    private final int bookingsPerBlock = Settings.of("bookingsPerBlock", 50);

    @Override
    public void run(Bench bench) {
        Result result = new Result("booking-to-confirmed", bench)
                .setting("warmUpBookings", warmUpBookings)
                .setting("bookings", bookings)
                .setting("blocks", blocks)
                .setting("bookingsPerBlock", bookingsPerBlock)
                .setting("pauseInBlocksMs", Outage.PAUSE.toMillis())
                .setting("pollIntervalMs", BookingClient.POLL_INTERVAL.toMillis())
                .setting("queues", "ElasticMQ");
        String database = bench.sandbox().postgres().createEmptyDatabase();
        try (OutboxProcess system = bench.allRoles(database)) {
            BookingClient client = new BookingClient(system.awaitReady());
            Confirmation.measure(client, warmUpBookings);
            Confirmation confirmation = Confirmation.measure(client, bookings);
            System.out.println("Booking to 201:       " + confirmation.booked());
            System.out.println("Booking to CONFIRMED: " + confirmation.confirmed());
            Outage outage = Outage.measure(client, bench.sandbox().queues(), blocks, bookingsPerBlock);
            System.out.println("201 with the queue up:   " + outage.up());
            System.out.println("201 with the queue down: " + outage.down());
            System.out.println("Queue back to all CONFIRMED: " + outage.recovery());
            double median = confirmation.confirmed().median();
            result.put("bookingToConfirmed", confirmation.toJson())
                    .put("outage", outage.toJson())
                    .goal("booking to CONFIRMED: p50 <= 50 ms", median, median <= GOAL_MILLIS)
                    .goal(
                            "201 with the queue down to that with it up, medians: at most 1.1",
                            outage.ratio(),
                            outage.ratio() <= GOAL_DOWN_TO_UP)
                    .write(bench.root());
        }
    }
}
