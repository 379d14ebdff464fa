package dev.vertxoutbox.faults;

import dev.vertxoutbox.faults.FaultRun.Settings;
import java.time.Duration;
import java.util.SplittableRandom;

/** Runs the faults of one seed for some minutes; exits with 1 if something was not as it must be. */
final class Main {
    private Main() {}

    /** @param arguments minutes, 0 for the short run of the tests; and a seed, or {@code random} */
    public static void main(String[] arguments) {
        int minutes = Integer.parseInt(arguments[0]);
        long seed = arguments[1].equals("random")
                ? new SplittableRandom().nextLong(1_000_000)
                : Long.parseLong(arguments[1]);
        Settings settings = minutes == 0 ? Settings.brief(seed) : Settings.of(seed, Duration.ofMinutes(minutes));
        Report report = new FaultRun(settings).run();
        System.exit(report.complaints().isEmpty() ? 0 : 1);
    }
}
