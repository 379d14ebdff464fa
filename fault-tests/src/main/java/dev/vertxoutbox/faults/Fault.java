package dev.vertxoutbox.faults;

import java.time.Duration;
import java.util.Locale;

/**
 * One fault of a schedule.
 *
 * @param at after the first moment in which faults are allowed
 * @param target name of what it hits
 * @param lasts zero when it is over at once
 * @param share of what it could hit that it does hit, above 0 to 1: of requests, or of entries in a batch
 */
record Fault(Duration at, Kind kind, String target, Duration lasts, double share) {
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%7.2f s  %-16s %-14s %s",
                at.toMillis() / 1e3,
                kind,
                target,
                lasts.isZero()
                        ? ""
                        : String.format(Locale.ROOT, "for %.2f s, share %.2f", lasts.toMillis() / 1e3, share));
    }
}
