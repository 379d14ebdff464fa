package dev.vertxoutbox.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * From a booking's request to the commit that makes it CONFIRMED, at a fixed rate: each is sent at its time, whether or
 * not earlier ones are through, and its latency counts from that time. The queues are ElasticMQ's.
 */
final class ConfirmedUnderLoad implements Measurement {
    private static final int WARM_UP_BOOKINGS = 200;

    private final int bookingsPerSecond = Settings.of("bookingsPerSecond", 50);
    private final int seconds = Settings.of("seconds", 20);
    private final int warmUpSeconds = Settings.of("warmUpSeconds", 10);

    /** @param latencyNanos from the time at which it was to be sent */
    private record Booking(long bookedNanos, long latencyNanos) {}

    @Override
    public void run(Bench bench) {
        Result result = new Result("confirmed-under-load", bench)
                .setting("bookingsPerSecond", bookingsPerSecond)
                .setting("seconds", seconds)
                .setting("warmUpSeconds", warmUpSeconds)
                .setting("lookIntervalMs", ConfirmedWatch.LOOK.toMillis())
                .setting("queues", "ElasticMQ");
        String database = bench.sandbox().postgres().createEmptyDatabase();
        try (OutboxProcess system = bench.allRoles(database)) {
            BookingClient client = new BookingClient(system.awaitReady());
            Confirmation.measure(client, WARM_UP_BOOKINGS);
            ConfirmedWatch watch = ConfirmedWatch.start(bench, database);
            book(client, watch, warmUpSeconds);
            Duration cpu = system.process().cpu();
            Samples booked = new Samples();
            Samples confirmed = new Samples();
            for (Booking booking : book(client, watch, seconds)) {
                booked.add(booking.bookedNanos());
                confirmed.add(booking.latencyNanos());
            }
            System.out.println("Booking to 201:       " + booked);
            System.out.println("Booking to CONFIRMED: " + confirmed);
            result.put("created201", booked.toJson())
                    .put("confirmed", confirmed.toJson())
                    .put("systemCpuSeconds", system.process().cpu().minus(cpu).toMillis() / 1000.0)
                    .write(bench.root());
        }
    }

    private List<Booking> book(BookingClient client, ConfirmedWatch watch, int forSeconds) {
        ExecutorService customers = Executors.newCachedThreadPool();
        try {
            List<Future<Booking>> bookings = new ArrayList<>();
            long start = System.nanoTime();
            for (int n = 0; n < forSeconds * bookingsPerSecond; n++) {
                long due = start + n * 1_000_000_000L / bookingsPerSecond;
                Waiting.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
                bookings.add(customers.submit(() -> book(client, watch, due)));
            }
            List<Booking> done = new ArrayList<>();
            for (Future<Booking> booking : bookings) {
                done.add(booking.get());
            }
            return done;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A booking was not confirmed", e);
        } finally {
            customers.shutdown();
        }
    }

    private static Booking book(BookingClient client, ConfirmedWatch watch, long due) {
        String path = client.book();
        long booked = System.nanoTime() - due;
        long confirmed = watch.confirmed(UUID.fromString(path.substring(path.lastIndexOf('/') + 1)));
        return new Booking(booked, confirmed - due);
    }
}
