/**
 * An SQS endpoint that keeps nothing: it answers {@code SendMessageBatch} after a set delay and remembers when, and
 * it deals messages that it makes up, and counts their deletes. It runs as a process of its own, so that what it costs is not charged to the sender, and costs as little as it can.
 */
@NullMarked
package dev.vertxoutbox.benchmark.stub;

import org.jspecify.annotations.NullMarked;
