/**
 * The relay: sends what is in the outbox to SQS FIFO queues and deletes what SQS has acknowledged. It knows no domain
 * type; any service that writes {@code outbox.event} can use it.
 *
 * <p>What holds, with any number of relays at the same database and through crashes, time-outs and outages:
 *
 * <ul>
 *   <li>a row leaves the outbox only after SQS acknowledged that very entry, or into {@code outbox.parked_event};
 *   <li>the events of one topic and subject are sent in order, the next after the one before is acknowledged;
 *   <li>an outage of a queue uses up no retry budget: nothing is parked, everything waits;
 *   <li>an event may be sent more than once (a relay that died between acknowledgement and commit): its id is the
 *       deduplication id, and consumers deduplicate by it for ever.
 * </ul>
 *
 * <p>Deploy {@link dev.vertxoutbox.relay.RelayVerticle}. One message per event: a CloudEvents 1.0 structured JSON body,
 * {@code MessageGroupId} is the subject, {@code MessageDeduplicationId} the event id.
 *
 * <p>Metrics:
 *
 * <table>
 *   <caption>Meters of a relay</caption>
 *   <tr><th>name</th><th>kind, labels</th><th>meaning</th></tr>
 *   <tr><td>{@code outbox.relay.sent}</td><td>counter, topic</td><td>entries SQS acknowledged</td></tr>
 *   <tr><td>{@code outbox.relay.failed}</td><td>counter, topic</td><td>entries to be sent again</td></tr>
 *   <tr><td>{@code outbox.relay.parked}</td><td>counter, topic</td><td>events parked as unsendable</td></tr>
 *   <tr><td>{@code outbox.relay.send}</td><td>timer, topic, outcome</td><td>duration of a request to SQS</td></tr>
 *   <tr><td>{@code outbox.relay.batch}</td><td>summary, topic</td><td>entries in a request</td></tr>
 *   <tr><td>{@code outbox.relay.latency}</td><td>timer, topic</td><td>from the event's time to its acknowledgement</td></tr>
 *   <tr><td>{@code outbox.relay.drains}</td><td>counter, outcome</td><td>drains: sent, empty, locked, failed</td></tr>
 *   <tr><td>{@code outbox.relay.listener.up}</td><td>gauge</td><td>1 while notifications are listened for</td></tr>
 *   <tr><td>{@code outbox.relay.circuit.open}</td><td>gauge, topic</td><td>1 while a queue is left alone</td></tr>
 *   <tr><td>{@code outbox.backlog.events}</td><td>gauge</td><td>pending events</td></tr>
 *   <tr><td>{@code outbox.backlog.age}</td><td>gauge, seconds</td><td>age of the oldest pending event</td></tr>
 *   <tr><td>{@code outbox.parked.events}</td><td>gauge</td><td>parked events</td></tr>
 *   <tr><td>{@code outbox.archive.kept}</td><td>gauge</td><td>1 while days of the archive are made and removed; only if
 *       sent events are kept</td></tr>
 * </table>
 */
@NullMarked
package dev.vertxoutbox.relay;

import org.jspecify.annotations.NullMarked;
