package dev.vertxoutbox.benchmark.load;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Customers who book, phase by phase; what is under way when the last phase is over is waited for. On one event loop. */
final class Load {

    private static final int LAST_ANSWERS_SECONDS = 15;

    private final Deque<Customer> idle;
    private final Deque<Long> due = new ArrayDeque<>();
    private final Deque<Phase> phases;
    private final CompletableFuture<Tally> over = new CompletableFuture<>();
    private final Tally tally;
    private long phaseStart;
    private long made;
    private int underWay;

    private Load(List<Customer> customers, List<Phase> phases) {
        this.idle = new ArrayDeque<>(customers);
        this.phases = new ArrayDeque<>(phases);
        this.phaseStart = System.nanoTime();
        this.tally = new Tally(phaseStart + phases.get(0).nanos(), phases.subList(1, phases.size()));
    }

    /**
     * Completes when the last answer has been read.
     *
     * @param customers of this event loop
     * @param phases the first is a warm-up: it is not counted
     */
    static CompletableFuture<Tally> run(EventLoop eventLoop, List<Customer> customers, List<Phase> phases) {
        Load load = new Load(customers, phases);
        ScheduledFuture<?> ticks = eventLoop.scheduleWithFixedDelay(load::tick, 0, 1, TimeUnit.MILLISECONDS);
        // Ends of itself when a tick throws.
        ticks.addListener(ended -> load.over.completeExceptionally(ended.cause()));
        return load.over.whenComplete((tally, failure) -> ticks.cancel(false));
    }

    private void tick() {
        long now = System.nanoTime();
        Phase phase = phases.peek();
        if (phase == null) {
            finish(now);
            return;
        }
        long most = phase.isClosed() ? 0 : phase.dueAfter(now - phaseStart);
        for (; made < most; made++) {
            due.add(phaseStart + phase.dueNanos(made));
        }
        send(now);
        if (now - phaseStart >= phase.nanos()) {
            phases.remove();
            phaseStart += phase.nanos();
            made = 0;
        }
    }

    /** Those who still wait for a customer to be free when it is over were never sent. */
    private void finish(long now) {
        if (underWay == 0 || now - phaseStart > LAST_ANSWERS_SECONDS * Phase.NANOS_PER_SECOND) {
            tally.leave(underWay, due.size());
            over.complete(tally);
        }
    }

    private void send(long now) {
        Phase phase = phases.peek();
        while (phase != null && !idle.isEmpty() && (phase.isClosed() || !due.isEmpty())) {
            underWay++;
            idle.remove().book(due.isEmpty() ? now : due.remove(), this::answered);
        }
    }

    private void answered(Customer customer, int status, @Nullable UUID id, long dueNanos) {
        underWay--;
        long now = System.nanoTime();
        tally.add(status, id, dueNanos, now);
        if (status != 0) {
            idle.add(customer);
            send(now);
        }
    }
}
