/**
 * The transactional outbox: events are written in the transaction of the change they announce, and leave the database
 * only after the queue has acknowledged them.
 *
 * <p>Writers use {@link dev.vertxoutbox.outbox.Outbox#append}, or plain SQL in any language: {@code INSERT INTO
 * outbox.event (topic, subject, type, data)}. A relay uses {@link dev.vertxoutbox.outbox.OutboxStore} to take what is
 * there, lane by lane; operators use {@link dev.vertxoutbox.outbox.OutboxAdmin}, which goes through the same locks, and, if sent events are
 * kept, {@link dev.vertxoutbox.outbox.OutboxArchive} to send them again.
 *
 * <p>What holds: an event exists if and only if its transaction committed. The row stays until {@code delete} or
 * {@code park}. The events of one topic and subject are claimed in the order in which they were inserted; a writer that
 * locks what it changes before it appends (as an {@code UPDATE} of the subject's row does) therefore has them sent in
 * commit order.
 *
 * <p>The schema is in {@code db/outbox/*.sql} on the class path; the notification channel is {@code outbox_event}. A
 * notification is only a hint: whoever listens must also poll.
 */
@NullMarked
package dev.vertxoutbox.outbox;

import org.jspecify.annotations.NullMarked;
