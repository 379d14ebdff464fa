package dev.vertxoutbox.flight;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;

/**
 * What a flight costs.
 *
 * @param amount with two decimals
 * @param currency ISO 4217 code
 */
record Fare(BigDecimal amount, String currency) {

    JsonObject toJson() {
        return new JsonObject().put("amount", amount).put("currency", currency);
    }
}
