package dev.vertxoutbox.load;

import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.http.HttpDsl.http;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;

/** Settings that all simulations share: {@code -D<name>=<value>}. */
final class LoadSettings {
    private LoadSettings() {}

    /** Where the API is: {@code url}, by default that of the demo. */
    static HttpProtocolBuilder api() {
        return http.baseUrl(System.getProperty("url", "http://localhost:8080"))
                .acceptHeader("application/json")
                .contentTypeHeader("application/json")
                .userAgentHeader("load-tests")
                // Else bookings that have not changed are answered 304.
                .disableCaching();
    }

    /** The same with few connections that all customers share, as behind a load balancer. */
    static HttpProtocolBuilder apiBehindBalancer() {
        return api().shareConnections();
    }

    static int number(String name, int fallback) {
        return Integer.getInteger(name, fallback);
    }

    static Duration seconds(String name, int fallback) {
        return Duration.ofSeconds(number(name, fallback));
    }

    /** Thresholds {@code maxFailedPercent} and {@code maxP99Millis}: beyond them the build fails. */
    static Assertion[] thresholds(int maxP99Millis) {
        return new Assertion[] {
            global().failedRequests().percent().lte((double) number("maxFailedPercent", 0)),
            global().responseTime().percentile(99.0).lte(number("maxP99Millis", maxP99Millis))
        };
    }
}
