package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.constantConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.forever;
import static io.gatling.javaapi.core.CoreDsl.rampConcurrentUsers;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/** Ten thousand customers, each on a connection that stays open, who book now and then (a closed model). {@code connections}
 * 10000, {@code rampSeconds} 30, {@code seconds} 60, {@code pauseSeconds} 10 between the bookings of each. */
public final class Connections extends Simulation {
    /** Runs it. */
    public Connections() {
        int connections = LoadSettings.number("connections", 10_000);
        Duration ramp = LoadSettings.seconds("rampSeconds", 30);
        Duration seconds = LoadSettings.seconds("seconds", 60);
        setUp(scenario("connections")
                        .exec(forever().on(Bookings.BOOK_OR_BE_TOLD.pause(LoadSettings.seconds("pauseSeconds", 10))))
                        .injectClosed(
                                rampConcurrentUsers(1).to(connections).during(ramp),
                                constantConcurrentUsers(connections).during(seconds))
                        .protocols(LoadSettings.api()))
                .maxDuration(ramp.plus(seconds))
                .assertions(LoadSettings.thresholds(1_000));
    }
}
