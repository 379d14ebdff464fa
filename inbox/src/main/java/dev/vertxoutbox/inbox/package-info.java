/**
 * The inbox: an idempotent SQS consumer. SQS delivers at least once; an {@link dev.vertxoutbox.inbox.Inbox} makes each
 * event take effect once, by recording its id in {@code inbox.processed} in the same transaction as its effect.
 *
 * <pre>{@code
 * EventHandler reserveStock = EventHandler.transactional((tx, event) -> tx
 *         .preparedQuery("UPDATE stock SET reserved = reserved + 1 WHERE article = $1")
 *         .execute(Tuple.of(event.data().getString("article")))
 *         .mapEmpty());
 *
 * EventHandler takePayment = event -> gateway
 *         .authorize(event.id(), event.data())                       // the event id is the idempotency key
 *         .map(answer -> tx -> payments.insert(tx, event, answer));  // written once, whatever is delivered
 *
 * EventHandler countViews = EventHandler.batched((tx, events) -> tx // as many as share the transaction
 *         .preparedQuery("INSERT INTO view (event_id, page) SELECT * FROM unnest($1::uuid[], $2::text[])")
 *         .execute(Tuple.of(
 *                 events.stream().map(InboxEvent::id).toArray(UUID[]::new),
 *                 events.stream().map(InboxEvent::subject).toArray(String[]::new)))
 *         .mapEmpty());
 *
 * Inbox inbox = new Inbox(vertx, pool, sqs, InboxConfig.of("warehouse", queueUrl),
 *         Map.of("order.placed", reserveStock, "order.confirmed", takePayment, "page.viewed", countViews), meters);
 * inbox.start();
 * }</pre>
 *
 * <h2>What holds</h2>
 *
 * <ul>
 *   <li>An effect is committed together with its event's id, or not at all. Identity is the CloudEvents {@code id} alone:
 *       a dead-letter redrive changes message ids and deduplication ids. An event already processed reaches no handler.
 *   <li>The messages of a group are processed one at a time and in order, the groups side by side. When a message fails,
 *       the later ones of its group that are held go back to the queue with it, to come again after a backoff that
 *       doubles from 1 s with each receive. Thus they share its receives: when the redrive policy moves the failed one to
 *       the dead-letter queue, those that came and went with it follow soon.
 *   <li>Where events carry a {@code sequence}, one that comes too early is put off for a bounded time and then handed on,
 *       marked: see {@link dev.vertxoutbox.inbox.EventOrder}. Those behind it in its group
 *       wait with it. What was seen last of a subject is committed with the effect.
 *   <li>Messages are deleted after the commit. One that could not be deleted comes again, as a duplicate.
 *   <li>Everything held is kept hidden from other consumers as long as a handler takes, within its time limit. After the
 *       limit the try is abandoned: whatever it still does is not committed.
 *   <li>No more than {@code maxInFlight} messages are held, and none is polled for without room for it.
 *   <li>While the database or the queue is down, the polls wait and try again (full jitter, 100 ms to 10 s) and {@link
 *       dev.vertxoutbox.inbox.Inbox#status} says so. Nothing is received that could not be recorded, so an outage costs
 *       a message at most one try for each poll that was under way when it began.
 *   <li>Events of a type without handler are acknowledged and counted. Malformed ones go to the queue's dead-letter queue
 *       at once, with the message attribute {@code reason}.
 *   <li>Ids and positions are forgotten after the retention, in small batches.
 * </ul>
 *
 * <h2>What it needs</h2>
 *
 * <p>The schema in {@code db/inbox/*.sql} on the class path; a database role that is a member of {@code inbox_consumer};
 * {@code sqs:ReceiveMessage}, {@code DeleteMessage}, {@code ChangeMessageVisibility} and {@code GetQueueAttributes} on the
 * queue, and {@code sqs:SendMessage} and {@code GetQueueAttributes} on its dead-letter queue. The pool should have time limits of its own ({@code
 * connectionTimeout}, {@code statement_timeout}): the inbox gives up waiting for the database, but cannot free the
 * connection.
 *
 * <h2>Meters</h2>
 *
 * <p>All have the tag {@code consumer}.
 *
 * <table>
 *   <caption>Micrometer names</caption>
 *   <tr><th>name</th><th>kind</th><th>counts</th></tr>
 *   <tr><td>inbox.received</td><td>counter</td><td>messages received</td></tr>
 *   <tr><td>inbox.handled</td><td>counter</td><td>effects committed</td></tr>
 *   <tr><td>inbox.duplicates</td><td>counter</td><td>messages whose event was processed before</td></tr>
 *   <tr><td>inbox.transactions</td><td>counter</td><td>transactions committed; several effects may share one</td></tr>
 *   <tr><td>inbox.transactions.split</td><td>counter</td><td>shared transactions given up, whose effects were applied
 *       again one by one</td></tr>
 *   <tr><td>inbox.gaps</td><td>counter</td><td>events handed on though an earlier one of their subject is
 *       missing</td></tr>
 *   <tr><td>inbox.gap.waits</td><td>counter</td><td>tries of events that were put off for an earlier one</td></tr>
 *   <tr><td>inbox.late</td><td>counter</td><td>events handed on after later ones of their subject</td></tr>
 *   <tr><td>inbox.failures</td><td>counter</td><td>tries that failed, whether by handler, database or dead-letter
 *       queue</td></tr>
 *   <tr><td>inbox.unknown</td><td>counter</td><td>events acknowledged as of unknown type</td></tr>
 *   <tr><td>inbox.malformed</td><td>counter</td><td>messages to send to the dead-letter queue</td></tr>
 *   <tr><td>inbox.deleted</td><td>counter</td><td>messages deleted</td></tr>
 *   <tr><td>inbox.delete.failures</td><td>counter</td><td>deletes that SQS did not confirm</td></tr>
 *   <tr><td>inbox.given.back</td><td>counter</td><td>messages given back, for whatever reason</td></tr>
 *   <tr><td>inbox.poll.failures</td><td>counter</td><td>polls that failed</td></tr>
 *   <tr><td>inbox.up</td><td>gauge</td><td>1 while queue and database answer, 0 while it is held up</td></tr>
 *   <tr><td>inbox.in.flight</td><td>gauge</td><td>messages held</td></tr>
 *   <tr><td>inbox.dead.letters</td><td>gauge</td><td>messages in the dead-letter queue, looked at once a minute; not a
 *       number when that fails</td></tr>
 *   <tr><td>inbox.handling</td><td>timer</td><td>one try, from the message to the commit or failure</td></tr>
 * </table>
 */
@NullMarked
package dev.vertxoutbox.inbox;

import org.jspecify.annotations.NullMarked;
