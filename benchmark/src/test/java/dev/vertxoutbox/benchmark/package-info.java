@NullMarked
package dev.vertxoutbox.benchmark;

import org.jspecify.annotations.NullMarked;
