package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.FaultRun.Settings;
import java.time.Duration;
import java.util.SplittableRandom;

/** Runs the faults of one seed for some minutes; exits with 1 if something was not as it must be. */
final class Main {
    private Main() {}

    /**
     * @param arguments minutes, or 0 for the short run of the tests; a seed, or {@code random}; for a long run, how many
     *     seconds there are from one fault to the next on average
     */
    public static void main(String[] arguments) {
        int minutes = Integer.parseInt(arguments[0]);
        long seed = arguments[1].equals("random")
                ? new SplittableRandom().nextLong(1_000_000)
                : Long.parseLong(arguments[1]);
        Settings settings = minutes == 0
                ? Settings.brief(seed)
                : Settings.of(seed, Duration.ofMinutes(minutes), pace(arguments[2]));
        Report report = new FaultRun(settings).run();
        System.exit(report.complaints().isEmpty() ? 0 : 1);
    }

    private static Duration pace(String seconds) {
        return Duration.ofMillis((long) (1_000 * Double.parseDouble(seconds)));
    }
}
