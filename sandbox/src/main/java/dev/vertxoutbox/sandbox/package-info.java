/**
 * Real PostgreSQL and a real SQS endpoint on this machine, for tests and the demo, with faults that can be switched on.
 *
 * <p>{@link dev.vertxoutbox.sandbox.Sandbox} starts both, embedded by default ({@code -Dsandbox=embedded}) or in
 * containers ({@code -Dsandbox=containers}); what a caller sees is the same. PostgreSQL keeps its promises here as it
 * does in production: {@code fsync} and {@code synchronous_commit} are on. {@link dev.vertxoutbox.sandbox.Postgres} and
 * {@link dev.vertxoutbox.sandbox.Queues} hand out fresh databases and queues and take the servers down and up again
 * without losing what they hold. {@link dev.vertxoutbox.sandbox.SandboxExtension} gives each JUnit test class its own.
 *
 * <p>Everything here blocks: call it from a test's or {@code main}'s thread, never from an event loop.
 */
@NullMarked
package dev.vertxoutbox.sandbox;

import org.jspecify.annotations.NullMarked;
