package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/** A steady load for long: whether anything grows or leaks. {@code perSecond} 100, {@code minutes} 30. */
public final class Soak extends Simulation {
    /** Runs it. */
    public Soak() {
        setUp(scenario("soak")
                        .exec(Bookings.BOOK, Bookings.AWAIT_CONFIRMED)
                        .injectOpen(constantUsersPerSec(LoadSettings.number("perSecond", 100))
                                .during(Duration.ofMinutes(LoadSettings.number("minutes", 30))))
                        .protocols(LoadSettings.apiBehindBalancer()))
                .assertions(LoadSettings.thresholds(500));
    }
}
