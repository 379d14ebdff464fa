package dev.vertxoutbox.benchmark;

import dev.vertxoutbox.benchmark.comparison.ContenderProcess;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Rounds of a {@link ContenderProcess}.
 *
 * @param threads that send, where it has any
 */
record ContenderRounds(Bench bench, String contender, int threads) {
    private static final Pattern STARTED = Pattern.compile("(?m)^started$");
    private static final Duration LAST_ONES = Duration.ofSeconds(30);

    ChildProcess start() {
        ChildProcess process = ChildProcess.main(
                bench.logs().resolve(contender + ".log"),
                ContenderProcess.class,
                OutboxProcess.JVM_OPTIONS,
                bench.database().environment(),
                List.of(contender, bench.stub().queueUrl(), Integer.toString(threads)));
        process.awaitOutput(STARTED);
        return process;
    }

    /** Leaves so many events behind and measures until all are acknowledged, or until the limit whatever is. */
    Round drain(String variant, ChildProcess process, int events, Duration limit) {
        bench.database().execute("CHECKPOINT");
        bench.stub().reset(Throughput.DELAY_MILLIS);
        Round.Meter cpu = new Round.Meter(bench, List.of(process));
        process.say("backlog " + events);
        Stub.Report report = bench.stub().await(events, limit);
        return new Round(variant, report, cpu.read());
    }

    /** From the answer to a commit to the acknowledgement by a queue that answers at once. */
    Samples latency(ChildProcess process, Duration between, int events) {
        bench.stub().resetByIds(0);
        process.say("write " + between.toMillis() + " " + events);
        Pattern answer = Pattern.compile("(?m)^commits " + events + " (\\{.*})$");
        JsonObject commits = new JsonObject(process.awaitOutput(answer).group(1));
        bench.stub().await(events, LAST_ONES);
        JsonObject acknowledged = bench.stub().timesById();
        Samples samples = new Samples();
        commits.forEach(commit -> {
            Long micros = acknowledged.getLong(commit.getKey());
            if (micros == null) {
                throw new IllegalStateException(contender + " committed " + commit.getKey() + " and did not send it");
            }
            samples.add(TimeUnit.MICROSECONDS.toNanos(micros - (Long) commit.getValue()));
        });
        return samples;
    }
}
