@NullMarked
package dev.vertxoutbox.relay;

import org.jspecify.annotations.NullMarked;
