package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a flight from a body that the contract allows, and checks what a schema cannot say. */
final class FlightReader {

    private static final OffsetDateTime NEVER = OffsetDateTime.MIN;

    private final JsonObject body;
    private final List<Violation> violations = new ArrayList<>();

    private FlightReader(JsonObject body) {
        this.body = body;
    }

    /**
     * Reads the flight.
     *
     * @throws Refusal.Invalid for a day that no calendar has or an amount with more than two decimals
     * @throws Refusal.ArrivalNotAfterDeparture what it says
     */
    static Flight read(JsonObject body) {
        FlightReader reader = new FlightReader(body);
        Flight flight = new Flight(
                body.getString("departureAirport"),
                body.getString("arrivalAirport"),
                reader.dateTime("departureDateTime"),
                reader.dateTime("arrivalDateTime"),
                reader.fare());
        if (!reader.violations.isEmpty()) {
            throw new Refusal.Invalid(reader.violations);
        }
        if (!flight.arrival().isAfter(flight.departure())) {
            throw new Refusal.ArrivalNotAfterDeparture(flight);
        }
        return flight;
    }

    private OffsetDateTime dateTime(String field) {
        try {
            return DateTimeFormatter.ISO_DATE_TIME
                    .parseBest(body.getString(field), OffsetDateTime::from, LocalDateTime::from)
                    .query(temporal -> temporal instanceof OffsetDateTime time
                            ? time
                            : LocalDateTime.from(temporal).atOffset(ZoneOffset.UTC))
                    .withOffsetSameInstant(ZoneOffset.UTC)
                    .truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            violations.add(new Violation("#/" + field, "must be a day that the calendar has"));
            return NEVER;
        }
    }

    private @Nullable Fare fare() {
        JsonObject fare = body.getJsonObject("fare");
        if (fare == null) {
            return null;
        }
        try {
            BigDecimal amount =
                    new BigDecimal(fare.getNumber("amount").toString()).setScale(2, RoundingMode.UNNECESSARY);
            return new Fare(amount, fare.getString("currency"));
        } catch (ArithmeticException e) {
            violations.add(new Violation("#/fare/amount", "must have at most two decimals"));
            return null;
        }
    }
}
