package dev.vertxoutbox.launcher.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Reads the meters at each call, and keeps what the charts show. */
final class Sampler {

    private final MeterReader meters;
    private final State state;
    private final History history = new History();
    private final Latencies latencies = new Latencies();
    private @Nullable Reading last;

    Sampler(MeterRegistry meters, State state) {
        this.meters = new MeterReader(meters);
        this.state = state;
    }

    JsonObject history() {
        return history.toJson();
    }

    /**
     * Takes a sample; to be called once a second.
     *
     * @param looked what was last seen in the outbox, null for nothing yet
     * @return the state of the process now
     */
    JsonObject sample(@Nullable JsonObject looked) {
        Reading now = meters.read();
        Reading rate = now.perSecondSince(last == null ? now : last);
        last = now;
        latencies.add(meters.latencies());
        Sample sample = new Sample(
                System.currentTimeMillis() / 1000,
                rate.booked(),
                rate.allSent(),
                backlog(now, looked),
                latencies.percentile(0.5),
                latencies.percentile(0.99));
        history.add(sample);
        return state.toJson(sample, now, rate, meters.gatewayIsOut(), looked);
    }

    /** What was seen in the outbox is newer than the relay's gauge. */
    private static double backlog(Reading now, @Nullable JsonObject looked) {
        JsonObject backlog = looked == null ? null : looked.getJsonObject("backlog");
        return backlog == null ? now.backlog() : backlog.getInteger("pending");
    }
}
