/** Makes {@code BENCHMARKS.md} and its plots of the results that are kept, and of nothing else. */
@NullMarked
package dev.vertxoutbox.benchmark.report;

import org.jspecify.annotations.NullMarked;
