/**
 * The console: a page on the management port that shows what this process knows of the path of an event, as it happens,
 * and lets operators act on it.
 *
 * <p>One {@link dev.vertxoutbox.launcher.console.Console} serves all viewers. Meters are read once a second whether or not
 * anybody looks, so that a chart has a past; the database, the queues and the booking API are asked only while somebody
 * does, each by one question at a time for all of them.
 */
@NullMarked
package dev.vertxoutbox.launcher.console;

import org.jspecify.annotations.NullMarked;
