/**
 * Customers of the booking API, as a process of its own: {@link dev.vertxoutbox.benchmark.load.LoadGenerator}. It speaks
 * HTTP/1.1 over plain sockets, so that it leaves the cores to what is measured.
 */
@NullMarked
package dev.vertxoutbox.benchmark.load;

import org.jspecify.annotations.NullMarked;
