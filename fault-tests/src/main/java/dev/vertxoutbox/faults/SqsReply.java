package dev.vertxoutbox.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** An answer of SQS, or one that is made up. */
record SqsReply(int status, JsonObject body) {

    /** {@return an error as SQS reports it} */
    static SqsReply error(int status, String code) {
        return new SqsReply(
                status,
                new JsonObject().put("__type", "com.amazonaws.sqs#" + code).put("message", "injected"));
    }

    boolean isOk() {
        return status == 200;
    }

    byte[] bytes() {
        return body.encode().getBytes(UTF_8);
    }

    /** The entries of a batch that SQS has acknowledged. */
    List<String> successfulIds() {
        return entries("Successful").stream()
                .map(entry -> ((JsonObject) entry).getString("Id"))
                .toList();
    }

    JsonArray entries(String name) {
        return body.getJsonArray(name, new JsonArray());
    }
}
