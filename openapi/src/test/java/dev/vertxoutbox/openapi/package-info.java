/** Holds the contracts to themselves: they parse, their references resolve and their examples are valid. */
@NullMarked
package dev.vertxoutbox.openapi;

import org.jspecify.annotations.NullMarked;
