/** The example of {@code docs/use-the-outbox.md}, as it is printed there. */
@NullMarked
package dev.vertxoutbox.example;

import org.jspecify.annotations.NullMarked;
