/**
 * Flights: the HTTP API of {@code flight-api.yaml} and the life cycle of bookings.
 *
 * <p>{@link dev.vertxoutbox.flight.FlightVerticle} is the module's contract, with its
 * {@link dev.vertxoutbox.flight.FlightConfig}. It owns the schema {@code flight} ({@code db/flight}), appends the events
 * {@code flight.booked} and {@code flight.cancelled} to the outbox in the transaction of the change, and consumes
 * {@code payment.*} events under the name {@code flight}.
 *
 * <p>What holds, whatever fails: a booking exists if and only if its {@code flight.booked} event existed; a 201 is only sent
 * after the commit; each payment event changes a booking once.
 */
@NullMarked
package dev.vertxoutbox.flight;

import org.jspecify.annotations.NullMarked;
