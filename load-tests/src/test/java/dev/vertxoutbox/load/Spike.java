package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/** Quiet, ten times as much within a second, quiet again. {@code perSecond} 100, {@code spikePerSecond} 1000, {@code seconds} 20
 * of each. */
public final class Spike extends Simulation {
    /** Runs it. */
    public Spike() {
        int quiet = LoadSettings.number("perSecond", 100);
        int spike = LoadSettings.number("spikePerSecond", 1_000);
        Duration seconds = LoadSettings.seconds("seconds", 20);
        setUp(scenario("spike")
                        .exec(Bookings.BOOK_OR_BE_TOLD)
                        .injectOpen(
                                constantUsersPerSec(quiet).during(seconds),
                                rampUsersPerSec(quiet).to(spike).during(1),
                                constantUsersPerSec(spike).during(seconds),
                                constantUsersPerSec(quiet).during(seconds))
                        .protocols(LoadSettings.apiBehindBalancer()))
                .assertions(LoadSettings.thresholds(1_000));
    }
}
