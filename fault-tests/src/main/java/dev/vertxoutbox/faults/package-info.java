/**
 * The whole system as processes, with whatever can go wrong: {@link dev.vertxoutbox.faults.FaultRun} plays a schedule of
 * random faults while clients book and cancel, and an oracle then holds the books of all parts against each other and
 * against what the clients were told. Every run can be replayed by its seed.
 */
@NullMarked
package dev.vertxoutbox.faults;

import org.jspecify.annotations.NullMarked;
