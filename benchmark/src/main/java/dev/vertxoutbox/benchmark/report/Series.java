package dev.vertxoutbox.benchmark.report;

import java.util.List;

/** Numbers of one variant, as they were measured. */
record Series(String label, List<Double> values) {

    double median() {
        return Numbers.median(values);
    }

    double percentile(double percent) {
        return Numbers.percentile(values, percent);
    }
}
