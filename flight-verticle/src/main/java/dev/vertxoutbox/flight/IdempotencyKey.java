package dev.vertxoutbox.flight;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * An idempotency key and what it was sent with.
 *
 * @param value as sent
 * @param requestHash SHA-256 of the flight: how the request was written (spaces, order of fields, offsets) does not count
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">Idempotency-Key header</a>
 */
record IdempotencyKey(String value, Buffer requestHash) {

    static IdempotencyKey of(String value, Flight flight) {
        byte[] text = flight.toJson().encode().getBytes(StandardCharsets.UTF_8);
        try {
            return new IdempotencyKey(
                    value, Buffer.buffer(MessageDigest.getInstance("SHA-256").digest(text)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
