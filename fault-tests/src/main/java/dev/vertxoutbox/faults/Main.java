package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.FaultRun.Settings;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Runs the faults of one seed or several; exits with 1 if something was not as it must be. */
final class Main {
    private Main() {}

    /**
     * @param arguments minutes for each seed, or 0 for the short run of the tests; a seed, or {@code random}, or several
     *     separated by commas; for a long run, how many seconds there are from one fault to the next on average
     */
    public static void main(String[] arguments) {
        int minutes = Integer.parseInt(arguments[0]);
        List<Long> seeds =
                Stream.of(arguments[1].split(",", -1)).map(Main::seed).toList();
        Settings settings = minutes == 0
                ? Settings.brief(seeds)
                : Settings.of(seeds, Duration.ofMinutes(minutes), pace(arguments[2]));
        Report report = new FaultRun(settings).run();
        System.exit(report.complaints().isEmpty() ? 0 : 1);
    }

    private static long seed(String text) {
        return text.equals("random") ? new SplittableRandom().nextLong(1_000_000) : Long.parseLong(text);
    }

    private static Duration pace(String seconds) {
        return Duration.ofMillis((long) (1_000 * Double.parseDouble(seconds)));
    }
}
