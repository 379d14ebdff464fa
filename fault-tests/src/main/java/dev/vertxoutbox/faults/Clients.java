package dev.vertxoutbox.faults;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.faults.Api.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Clients of the booking API: they book at a steady rate, most with an idempotency key, repeat what was not answered and
 * some of what was, cancel some bookings, and remember what they were told.
 */
final class Clients implements AutoCloseable {
    private static final int MOST_UNDER_WAY = 64;
    private static final int MOST_REPEATS = 8;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);
    private static final Patience USUAL = new Patience(MOST_REPEATS, Duration.ofSeconds(3), 300);
    private static final Patience ONCE = new Patience(0, Duration.ofSeconds(3), 0);
    private static final Patience ENDLESS = new Patience(Integer.MAX_VALUE, Duration.ofSeconds(1), 100);

    private final List<Api> servers;
    private final String run;
    private final Random random;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<Integer, Attempt> attempts = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    /** How often a request is repeated, how long each may take, and what lies between. */
    private record Patience(int repeats, Duration answer, long pauseMillis) {
        Patience less() {
            return new Patience(repeats - 1, answer, pauseMillis);
        }
    }

    Clients(List<URI> servers, long seed) {
        this.servers = servers.stream().map(Api::new).toList();
        this.run = "run-" + seed + "-";
        this.random = new Random(seed);
    }

    void start(int perSecond) {
        var unused = clock.scheduleAtFixedRate(this::tick, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    /** Starts nothing more; returns when every request is answered or given up. */
    void stop() {
        clock.shutdown();
        await("the last answers").atMost(LAST_ANSWERS).until(() -> underWay.get() == 0);
    }

    Collection<Attempt> attempts() {
        return attempts.values();
    }

    /** Answers that nobody should ever get. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Books a flight, whatever it takes; answers with its id. */
    CompletableFuture<String> bookForSure() {
        Attempt attempt = attempt(true, false);
        return book(attempt, ENDLESS).thenApply(booked -> String.valueOf(booked.id()));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private synchronized Attempt attempt(boolean withKey, boolean expensive) {
        int number = numbers.incrementAndGet();
        Attempt attempt = new Attempt(number, withKey ? run + number : null, expensive);
        attempts.put(number, attempt);
        return attempt;
    }

    private void tick() {
        if (underWay.get() >= MOST_UNDER_WAY) {
            return;
        }
        underWay.incrementAndGet();
        boolean repeated = random.nextInt(100) < 15;
        boolean cancelled = random.nextInt(100) < 25;
        long cancelAfter = random.nextInt(1_500);
        Attempt attempt = attempt(random.nextInt(100) < 70, random.nextInt(100) < 5);
        var unused = book(attempt, attempt.key() == null ? ONCE : USUAL)
                .thenCompose(booked -> repeated && booked.key() != null && booked.id() != null
                        ? book(booked, USUAL)
                        : completedFuture(booked))
                .thenCompose(booked -> cancelled && booked.id() != null
                        ? after(cancelAfter, () -> cancel(booked, USUAL))
                        : completedFuture(booked))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        complaints.add(attempt.tag() + ": " + failure);
                    }
                    underWay.decrementAndGet();
                });
    }

    private CompletableFuture<Attempt> book(Attempt attempt, Patience patience) {
        String key = attempt.key();
        Map<String, String> headers = key == null ? Map.of() : Map.of("Idempotency-Key", key);
        return ask(attempt, "POST", "/api/flights", attempt.body(), headers, patience.answer())
                .thenCompose(answer -> {
                    if (answer != null && answer.status() == 201) {
                        booked(attempt, answer.json().getString("id"));
                        return completedFuture(attempt);
                    }
                    if (answer != null) {
                        attempt.refused();
                    }
                    return patience.repeats() == 0
                            ? completedFuture(attempt)
                            : after(patience.pauseMillis(), () -> book(attempt, patience.less()));
                });
    }

    private void booked(Attempt attempt, String id) {
        String before = attempt.id();
        if (before != null && !before.equals(id)) {
            complaints.add(attempt.tag() + " was booked as " + before + " and, repeated with its key, as " + id);
        }
        attempt.acknowledged(id);
    }

    private CompletableFuture<Attempt> cancel(Attempt attempt, Patience patience) {
        attempt.cancelAsked();
        return ask(attempt, "DELETE", "/api/flights/" + attempt.id(), "", Map.of(), patience.answer())
                .thenCompose(answer -> {
                    if (answer != null && answer.status() == 200) {
                        attempt.cancelled();
                        return completedFuture(attempt);
                    }
                    boolean rejected = answer != null && answer.status() == 409;
                    return rejected || patience.repeats() == 0
                            ? completedFuture(attempt)
                            : after(patience.pauseMillis(), () -> cancel(attempt, patience.less()));
                });
    }

    /** Answers with null when there is no answer in time. */
    private CompletableFuture<Answer> ask(
            Attempt attempt, String method, String path, String body, Map<String, String> headers, Duration patience) {
        int server = Math.floorMod(attempt.history().size() + attempt.tag().hashCode(), servers.size());
        return servers.get(server).send(method, path, body, headers, patience).handle((answer, failure) -> {
            String told = failure == null ? answer.status() + " " + answer.body() : failure.toString();
            attempt.note(method + " " + path + " at flight-" + (server + 1) + ": " + told);
            if (failure == null) {
                check(attempt, method, answer);
            }
            return answer;
        });
    }

    private void check(Attempt attempt, String method, Answer answer) {
        boolean right = switch (answer.status()) {
            case 201 -> method.equals("POST");
            case 200, 409 -> method.equals("DELETE");
            case 503 -> answer.has("Retry-After");
            default -> false;
        };
        if (!right) {
            complaints.add(attempt.tag() + ": " + method + " was answered " + answer.status() + " " + answer.body());
        }
    }

    private static <T> CompletableFuture<T> after(long millis, Supplier<CompletableFuture<T>> next) {
        Executor delayed = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
        return CompletableFuture.supplyAsync(() -> null, delayed).thenCompose(elapsed -> next.get());
    }
}
