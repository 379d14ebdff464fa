@NullMarked
package dev.vertxoutbox.outbox;

import org.jspecify.annotations.NullMarked;
