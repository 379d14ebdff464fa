package dev.vertxoutbox.flight;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A request that is not carried out, for a reason that the client is told. */
abstract sealed class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String KIND = "urn:vertx-outbox:problem:";

    private final transient Problem problem;

    private Refusal(Problem problem, @Nullable Throwable cause) {
        super(problem.title(), cause, false, cause != null);
        this.problem = problem;
    }

    /** What the client is told. */
    Problem problem() {
        return problem;
    }

    /** What the header {@code WWW-Authenticate} says, or null if it is not about that (RFC 6750, section 3). */
    @Nullable
    String challenge() {
        return null;
    }

    /** There is no access token, or none that is valid. Why is not told: it would help those who try. */
    static final class Unauthorized extends Refusal {
        private static final long serialVersionUID = 1L;

        private final String challenge;

        private Unauthorized(String challenge) {
            super(Problem.of(401, "Send a valid access token: Authorization: Bearer <token>"), null);
            this.challenge = challenge;
        }

        static Unauthorized noToken() {
            return new Unauthorized("Bearer");
        }

        static Unauthorized invalidToken() {
            return new Unauthorized("Bearer error=\"invalid_token\"");
        }

        @Override
        String challenge() {
            return challenge;
        }
    }

    /** The access token does not grant this. */
    static final class Forbidden extends Refusal {
        private static final long serialVersionUID = 1L;

        private final String scope;

        Forbidden(String scope) {
            super(Problem.of(403, "The access token needs the scope " + scope), null);
            this.scope = scope;
        }

        @Override
        String challenge() {
            return "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"";
        }
    }

    /** The contract does not allow what was sent. */
    static final class Invalid extends Refusal {
        private static final long serialVersionUID = 1L;

        Invalid(List<Violation> violations) {
            super(
                    Problem.of(400, detail(violations.size()))
                            .withType(KIND + "validation")
                            .withErrors(violations),
                    null);
        }

        private static String detail(int count) {
            return "The request violates the contract in " + (count == 1 ? "one place" : count + " places");
        }
    }

    /** The flight would arrive before it departs. */
    static final class ArrivalNotAfterDeparture extends Refusal {
        private static final long serialVersionUID = 1L;

        ArrivalNotAfterDeparture(Flight flight) {
            super(
                    Problem.of(422, "arrivalDateTime must be after departureDateTime")
                            .withType(KIND + "arrival-not-after-departure")
                            .withErrors(List.of(new Violation(
                                    "#/arrivalDateTime",
                                    flight.arrival().toInstant() + " is not after the departure at "
                                            + flight.departure().toInstant()))),
                    null);
        }
    }

    /** The idempotency key belongs to another request. */
    static final class KeyReused extends Refusal {
        private static final long serialVersionUID = 1L;

        KeyReused() {
            super(
                    Problem.of(422, "This Idempotency-Key was used for a booking with another body; use a new key")
                            .withType(KIND + "idempotency-key-reused"),
                    null);
        }
    }

    /** There is no such booking. */
    static final class Unknown extends Refusal {
        private static final long serialVersionUID = 1L;

        Unknown(UUID id) {
            super(Problem.of(404, "No flight " + id), null);
        }
    }

    /** A rejected booking cannot be cancelled. */
    static final class Rejected extends Refusal {
        private static final long serialVersionUID = 1L;

        Rejected(UUID id) {
            super(
                    Problem.of(409, "Flight " + id + " is REJECTED and cannot be cancelled")
                            .withType(KIND + "booking-rejected"),
                    null);
        }
    }

    /** The database cannot be reached or there is too much to do; the same request may succeed later. */
    static final class Unavailable extends Refusal {
        private static final long serialVersionUID = 1L;

        Unavailable(@Nullable Throwable cause) {
            super(Problem.of(503, "Try again in a moment").withType(KIND + "overloaded"), cause);
        }
    }
}
