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
 * <p>Its meters, {@code outbox.*}, and what each means are listed in {@code docs/operations.md}; a test holds that page to
 * them.
 */
@NullMarked
package dev.vertxoutbox.relay;

import org.jspecify.annotations.NullMarked;
