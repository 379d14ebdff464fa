/**
 * Starts the system: {@code java -jar outbox.jar [ROLE…]} runs one or more roles (migrate, flight, relay, payment) in one
 * process, with a management server beside them.
 *
 * <p>This is the only module that reads the environment ({@link dev.vertxoutbox.launcher.Variable} lists it), the only one
 * that migrates the database and the only one that ends the process. {@link dev.vertxoutbox.launcher.Application} offers
 * the same to a program that embeds the system, with its own environment and extra management routes.
 *
 * <p>It depends on every verticle and on no test server.
 */
@NullMarked
package dev.vertxoutbox.launcher;

import org.jspecify.annotations.NullMarked;
