package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;

/**
 * One thing in a request that is not allowed.
 *
 * @param pointer a JSON Pointer as URI fragment ({@code #/fare/amount}), or {@code query/limit}, {@code path/id},
 *     {@code header/Idempotency-Key}
 * @param detail what is wrong and what is allowed
 */
record Violation(String pointer, String detail) {

    JsonObject toJson() {
        return new JsonObject().put("pointer", pointer).put("detail", detail);
    }
}
