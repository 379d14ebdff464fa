package dev.vertxoutbox.launcher;

import static dev.vertxoutbox.launcher.SagaBench.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.launcher.SagaBench.Message;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One booking's life as a random run of events: booked, perhaps cancelled at any moment, its messages delivered in any
 * order, one to three at a time, repeatedly, with crashes between the gateway's answer and the commit.
 */
final class Interleaving {
    private static final int MOST_STEPS = 200;
    private static final int MOST_REQUESTS = 5;

    private final SagaBench bench;
    private final SplittableRandom random;
    private final List<Message> network = new ArrayList<>();
    private final List<String> announced = new ArrayList<>();
    private final StringBuilder trace = new StringBuilder();
    private final boolean tooDear;
    private final int cancelAt;
    private boolean toCancel;
    private boolean cancelled;
    private boolean bookedDelivered;
    private boolean neverToCharge;

    Interleaving(SagaBench bench, SplittableRandom random) {
        this.bench = bench;
        this.random = random;
        this.tooDear = random.nextInt(4) == 0;
        this.toCancel = random.nextInt(10) < 6;
        this.cancelAt = random.nextInt(6);
    }

    /** Lets it all happen and checks the books; returns how it ended. */
    String run() {
        BigDecimal fare = new BigDecimal(tooDear ? "200.00" : "100.00");
        UUID booking = asAPatientClient(() -> bench.flights().book(fare));
        relay(booking);
        for (int step = 0; toCancel || !network.isEmpty(); step++) {
            assertThat(step).as("steps without an end: " + trace).isLessThan(MOST_STEPS);
            if (toCancel && (step >= cancelAt || network.isEmpty())) {
                toCancel = false;
                cancelled = asAPatientClient(() -> bench.flights().cancel(booking));
                trace.append(cancelled ? " cancel" : " cancel-refused");
            } else {
                deliverSome();
            }
            relay(booking);
        }
        return check(booking);
    }

    /** On a busy machine a request may be answered that it should come again. */
    private static <T> T asAPatientClient(Supplier<Future<T>> request) {
        Future<T> answer = request.get();
        for (int n = 1; n < MOST_REQUESTS; n++) {
            answer = answer.recover(failure -> request.get());
        }
        return done(answer);
    }

    private void relay(UUID booking) {
        List<Message> sent = bench.relay(booking);
        sent.stream()
                .filter(message -> message.topic().equals("payment"))
                .forEach(message -> announced.add(message.event().type()));
        network.addAll(sent);
    }

    private void deliverSome() {
        int count = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
        List<Message> chosen = IntStream.range(0, count)
                .mapToObj(n -> network.get(random.nextInt(network.size())))
                .toList();
        List<Future<Void>> deliveries = new ArrayList<>();
        for (Message message : chosen) {
            boolean crash = random.nextInt(6) == 0;
            trace.append(count == 1 ? " " : " ||")
                    .append(message.event().type())
                    .append(crash ? "(crash)" : "");
            bookedDelivered |= message.event().type().equals("flight.booked");
            deliveries.add(bench.deliver(message, crash));
        }
        done(Future.join(deliveries).otherwiseEmpty());
        for (int n = 0; n < count; n++) {
            delivered(chosen.get(n), deliveries.get(n).succeeded());
        }
    }

    private void delivered(Message message, boolean succeeded) {
        if (!succeeded) {
            trace.append('!');
            return;
        }
        neverToCharge |= message.event().type().equals("flight.cancelled") && !bookedDelivered;
        // Otherwise it could not be deleted, and comes again.
        if (random.nextInt(3) > 0) {
            network.remove(message);
        }
    }

    private String check(UUID booking) {
        String flight = bench.texts("SELECT status FROM flight.booking WHERE id = $1", booking)
                .get(0);
        List<String> payments = bench.texts("SELECT status FROM payment.payment WHERE booking_id = $1", booking);
        List<String> ledger =
                bench.texts("SELECT kind FROM payment.simulated_charge WHERE booking_id = $1 ORDER BY kind", booking);
        String end = "%s %s %s %s"
                .formatted(flight, payments, ledger, announced.stream().sorted().toList());
        assertThat(allowed()).as(trace.toString()).contains(end);
        return end;
    }

    private Set<String> allowed() {
        Set<String> ends = !cancelled
                ? Set.of(
                        "CONFIRMED [AUTHORIZED] [charge] [payment.authorized]",
                        "REJECTED [DECLINED] [decline] [payment.declined]")
                : neverToCharge
                        ? Set.of("CANCELLED [CANCELLED] [] []")
                        : Set.of(
                                "CANCELLED [CANCELLED] [] []",
                                "CANCELLED [CANCELLED] [void] []",
                                "CANCELLED [CANCELLED] [decline] []",
                                "CANCELLED [CANCELLED] [charge, refund] []",
                                "CANCELLED [DECLINED] [void] [payment.declined]",
                                "CANCELLED [DECLINED] [decline] [payment.declined]",
                                "CANCELLED [REFUNDED] [charge, refund] [payment.authorized, payment.refunded]");
        return tooDear ? ends.stream().filter(end -> !end.contains("charge")).collect(Collectors.toSet()) : ends;
    }
}
