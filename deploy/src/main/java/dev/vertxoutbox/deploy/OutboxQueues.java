package dev.vertxoutbox.deploy;

import software.constructs.Construct;

/** The queue of each topic. */
final class OutboxQueues extends Construct {
    private final OutboxQueue flight;
    private final OutboxQueue payment;

    OutboxQueues(Construct scope, Settings settings) {
        super(scope, "Queues");
        this.flight = new OutboxQueue(this, "FlightEvents", settings.named("flight"));
        this.payment = new OutboxQueue(this, "PaymentEvents", settings.named("payment"));
    }

    /** Written by the relay, read by {@code payment}. */
    OutboxQueue flight() {
        return flight;
    }

    /** Written by the relay, read by {@code flight}. */
    OutboxQueue payment() {
        return payment;
    }
}
