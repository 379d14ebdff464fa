package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.incrementUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** More and more bookings a second, whether or not earlier ones are through (an open model), until the service is saturated and
 * answers 503. {@code from} 200, {@code step} 200, {@code steps} 10, {@code stepSeconds} 20. */
public final class StepUp extends Simulation {
    /** Runs it. */
    public StepUp() {
        int step = LoadSettings.number("step", 200);
        setUp(scenario("step-up")
                        .exec(Bookings.BOOK_OR_BE_TOLD)
                        .injectOpen(incrementUsersPerSec(step)
                                .times(LoadSettings.number("steps", 10))
                                .eachLevelLasting(LoadSettings.seconds("stepSeconds", 20))
                                .startingFrom(LoadSettings.number("from", 200)))
                        .protocols(LoadSettings.apiBehindBalancer()))
                .assertions(LoadSettings.thresholds(1_000));
    }
}
