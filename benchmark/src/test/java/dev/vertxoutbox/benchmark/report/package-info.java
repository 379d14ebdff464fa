@NullMarked
package dev.vertxoutbox.benchmark.report;

import org.jspecify.annotations.NullMarked;
