package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The key set of an authorization server, as it is published. */
final class SigningKeys {

    private static final int TIMEOUT_SECONDS = 5;
    private static final int MAX_BYTES = 256 * 1024;

    /** With a shared secret whoever can check a token could make one. */
    private static final Set<String> ASYMMETRIC = Set.of("RSA", "EC", "OKP");

    private final URI url;
    private final HttpClient client;

    SigningKeys(Vertx vertx, URI url) {
        this.url = url;
        this.client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
    }

    /** The keys that may sign; fails with {@link SigningKeysException}. */
    Future<List<JsonObject>> fetch() {
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setAbsoluteURI(url.toString())
                        .setConnectTimeout(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS)))
                .compose(request -> request.send().compose(this::body))
                .timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .map(this::keys)
                .recover(failure -> Future.failedFuture(
                        failure instanceof SigningKeysException ? failure : new SigningKeysException(url, failure)));
    }

    private Future<Buffer> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            throw new SigningKeysException(url, "the answer is " + response.statusCode());
        }
        Buffer received = Buffer.buffer();
        response.handler(part -> {
            received.appendBuffer(part);
            if (received.length() > MAX_BYTES) {
                response.request().reset();
            }
        });
        return response.end().map(received);
    }

    private List<JsonObject> keys(Buffer body) {
        List<JsonObject> keys;
        try {
            keys = new JsonObject(body)
                    .getJsonArray("keys").stream()
                            .map(JsonObject.class::cast)
                            .filter(SigningKeys::signs)
                            .toList();
        } catch (DecodeException | ClassCastException | NullPointerException e) {
            throw new SigningKeysException(url, "the answer is not a JSON Web Key Set");
        }
        if (keys.isEmpty()) {
            throw new SigningKeysException(url, "there is none among them that signs (RSA, EC or OKP)");
        }
        return keys;
    }

    private static boolean signs(JsonObject key) {
        return ASYMMETRIC.contains(String.valueOf(key.getValue("kty"))) && !"enc".equals(key.getValue("use"));
    }
}
