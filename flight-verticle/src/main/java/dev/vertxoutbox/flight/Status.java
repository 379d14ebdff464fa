package dev.vertxoutbox.flight;

/** Where a booking is in its life. */
enum Status {
    /** Booked, payment under way. */
    PENDING,
    /** Payment authorized. */
    CONFIRMED,
    /** Payment declined. */
    REJECTED,
    /** Cancelled by the customer. */
    CANCELLED;

    /** Whether nothing can follow. */
    boolean isFinal() {
        return this == REJECTED || this == CANCELLED;
    }
}
