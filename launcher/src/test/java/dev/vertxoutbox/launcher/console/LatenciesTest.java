package dev.vertxoutbox.launcher.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    private final Latencies latencies = new Latencies();

    @Test
    void percentileIsInterpolatedWithinItsBucket() {
        add(Map.of(10.0, 0.0, 20.0, 0.0));
        add(Map.of(10.0, 50.0, 20.0, 100.0));

        assertThat(latencies.percentile(0.5)).isEqualTo(10, within(0.001));
        assertThat(latencies.percentile(0.75)).isEqualTo(15, within(0.001));
    }

    @Test
    void whatWasCountedLongAgoIsNoLongerSeen() {
        add(Map.of(10.0, 0.0, 20.0, 0.0));
        for (int second = 0; second < 11; second++) {
            add(Map.of(10.0, 1000.0, 20.0, 1000.0));
        }
        assertThat(latencies.percentile(0.5)).isNaN();

        add(Map.of(10.0, 1000.0, 20.0, 1001.0));

        assertThat(latencies.percentile(0.5)).isBetween(10.0, 20.0);
    }

    @Test
    void slowerThanTheGreatestBoundIsShownAsThatBound() {
        add(Map.of(10.0, 0.0, Double.POSITIVE_INFINITY, 0.0));
        add(Map.of(10.0, 0.0, Double.POSITIVE_INFINITY, 5.0));

        assertThat(latencies.percentile(0.99)).isEqualTo(10);
    }

    @Test
    void nothingCountedIsNotANumber() {
        assertThat(latencies.percentile(0.5)).isNaN();
        add(Map.of());
        assertThat(latencies.percentile(0.5)).isNaN();
    }

    private void add(Map<Double, Double> counts) {
        latencies.add(new TreeMap<>(counts));
    }
}
