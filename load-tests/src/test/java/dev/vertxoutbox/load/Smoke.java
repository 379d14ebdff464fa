package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;

/** A few customers book, see their booking confirmed, and look at the list: whether it works at all. {@code perSecond} 5, {@code
 * seconds} 15. */
public final class Smoke extends Simulation {
    /** Runs it. */
    public Smoke() {
        setUp(scenario("smoke")
                        .exec(Bookings.BOOK, Bookings.AWAIT_CONFIRMED, Bookings.LIST)
                        .injectOpen(constantUsersPerSec(LoadSettings.number("perSecond", 5))
                                .during(LoadSettings.seconds("seconds", 15)))
                        .protocols(LoadSettings.apiBehindBalancer()))
                .assertions(LoadSettings.thresholds(1_000));
    }
}
