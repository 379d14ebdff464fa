package dev.vertxoutbox.faults;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes what can go wrong between a process and SQS. */
final class SqsFaults implements AutoCloseable {
    private static final int SLOW_MILLIS = 1_500;
    private static final int LATE_MILLIS = 3_000;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger copies = new AtomicInteger();
    private final AtomicInteger outstanding = new AtomicInteger();
    private final int longestHidingSeconds;

    /** @param longestHiding messages that a consumer holds come again after it, even if it asked for longer */
    SqsFaults(Duration longestHiding) {
        longestHidingSeconds = (int) longestHiding.toSeconds();
    }

    /** How many copies of events are still to be sent. */
    int outstanding() {
        return outstanding.get();
    }

    /** {@return what happens when nothing goes wrong} */
    SqsFault none() {
        return call -> limited(call).pass();
    }

    /** {@return what happens to a process that this fault hits} */
    SqsFault of(Fault fault) {
        SqsFault effect = switch (fault.kind()) {
            case SQS_FORBIDDEN -> call -> SqsReply.error(403, "AccessDenied");
            case SQS_ERROR -> call -> SqsReply.error(500, "InternalError");
            case SQS_THROTTLED -> call -> SqsReply.error(400, "RequestThrottled");
            case SQS_PARTIAL -> call -> some(call, fault.share(), true);
            case SQS_MISSING -> call -> some(call, fault.share(), false);
            case SQS_CUT ->
                call -> {
                    call.pass();
                    return null;
                };
            case SQS_SLOW -> SqsFaults::slow;
            case SQS_DUPLICATE -> call -> again(call, 0);
            case SQS_LATE -> call -> again(call, LATE_MILLIS);
            default -> throw new IllegalArgumentException(fault.kind() + " is not about SQS");
        };
        boolean entries = fault.kind() == Kind.SQS_PARTIAL || fault.kind() == Kind.SQS_MISSING;
        return call -> entries || hits(fault.share())
                ? effect.reply(limited(call))
                : limited(call).pass();
    }

    @Override
    public void close() {
        later.shutdownNow();
    }

    private static boolean hits(double share) {
        return ThreadLocalRandom.current().nextDouble() < share;
    }

    private static SqsReply slow(SqsCall call) throws IOException {
        SqsReply reply = call.pass();
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(SLOW_MILLIS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reply;
    }

    /** Only some entries get through; the others are reported as failed, or not at all. */
    private static SqsReply some(SqsCall call, double share, boolean reported) throws IOException {
        if (!call.isBatch()) {
            return call.pass();
        }
        JsonArray passed = new JsonArray();
        JsonArray failed = new JsonArray();
        for (Object entry : call.entries()) {
            if (hits(share)) {
                failed.add(new JsonObject()
                        .put("Id", ((JsonObject) entry).getString("Id"))
                        .put("SenderFault", false)
                        .put("Code", "InternalError")
                        .put("Message", "injected"));
            } else {
                passed.add(entry);
            }
        }
        SqsReply reply = call.pass(passed);
        if (reply.isOk() && reported) {
            reply.body().put("Failed", reply.entries("Failed").copy().addAll(failed));
        }
        return reply;
    }

    /** Sends what was accepted once more, as another message that holds the same events. */
    private SqsReply again(SqsCall call, int mostMillis) throws IOException {
        SqsReply reply = call.pass();
        if (!call.isSend() || !reply.isOk()) {
            return reply;
        }
        JsonArray copied = new JsonArray();
        for (Object each : call.entries()) {
            JsonObject entry = ((JsonObject) each).copy();
            if (reply.successfulIds().contains(entry.getString("Id"))) {
                String id = entry.getString("MessageDeduplicationId");
                copied.add(entry.put("MessageDeduplicationId", id + "-copy-" + copies.incrementAndGet()));
            }
        }
        if (mostMillis == 0) {
            call.pass(copied);
        } else {
            sendLater(call, copied, ThreadLocalRandom.current().nextInt(mostMillis));
        }
        return reply;
    }

    private void sendLater(SqsCall call, JsonArray entries, int millis) {
        outstanding.incrementAndGet();
        Future<?> unused = later.schedule(
                () -> {
                    try {
                        call.pass(entries);
                    } catch (IOException unreachable) {
                        // A copy that does not arrive is none.
                    } finally {
                        outstanding.decrementAndGet();
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
    }

    private SqsCall limited(SqsCall call) {
        limit(call.body());
        for (Object entry : call.entries()) {
            limit((JsonObject) entry);
        }
        return call;
    }

    private void limit(JsonObject request) {
        Integer asked = request.getInteger("VisibilityTimeout");
        if (asked != null && asked > longestHidingSeconds) {
            request.put("VisibilityTimeout", longestHidingSeconds);
        }
    }
}
