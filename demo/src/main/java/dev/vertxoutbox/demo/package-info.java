/**
 * The whole system with one command: all roles on an embedded PostgreSQL and an embedded SQS endpoint, and switches to
 * make them fail. Run {@link dev.vertxoutbox.demo.Main}.
 */
@NullMarked
package dev.vertxoutbox.demo;

import org.jspecify.annotations.NullMarked;
