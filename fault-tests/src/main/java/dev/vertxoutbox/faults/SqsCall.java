package dev.vertxoutbox.faults;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;

/**
 * A request to SQS on its way there.
 *
 * @param action without a prefix, such as {@code SendMessageBatch}
 */
record SqsCall(String action, JsonObject body, Sqs sqs) {
    static final String SEND = "SendMessageBatch";

    /** The other side. */
    @FunctionalInterface
    interface Sqs {
        SqsReply ask(String action, JsonObject body) throws IOException;
    }

    /** Lets SQS have it. */
    SqsReply pass() throws IOException {
        return sqs.ask(action, body);
    }

    /** Lets SQS have only these entries of the batch, or nothing if there are none. */
    SqsReply pass(JsonArray entries) throws IOException {
        return entries.isEmpty()
                ? new SqsReply(
                        200, new JsonObject().put("Successful", new JsonArray()).put("Failed", new JsonArray()))
                : sqs.ask(action, body.copy().put("Entries", entries));
    }

    boolean isSend() {
        return action.equals(SEND);
    }

    boolean isBatch() {
        return action.endsWith("Batch");
    }

    JsonArray entries() {
        return body.getJsonArray("Entries", new JsonArray());
    }
}
