package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.forever;
import static io.gatling.javaapi.core.CoreDsl.incrementConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** More and more customers, each of whom books again when it was answered (a closed model): the most the service does. {@code
 * step} 32, {@code steps} 8, {@code stepSeconds} 15. */
public final class StepUpClosed extends Simulation {
    /** Runs it. */
    public StepUpClosed() {
        int step = LoadSettings.number("step", 32);
        setUp(scenario("step-up, closed")
                        .exec(forever().on(Bookings.BOOK_OR_BE_TOLD))
                        .injectClosed(incrementConcurrentUsers(step)
                                .times(LoadSettings.number("steps", 8))
                                .eachLevelLasting(LoadSettings.seconds("stepSeconds", 15))
                                .startingFrom(step))
                        .protocols(LoadSettings.api()))
                .maxDuration(LoadSettings.seconds("stepSeconds", 15).multipliedBy(LoadSettings.number("steps", 8)))
                .assertions(LoadSettings.thresholds(1_000));
    }
}
