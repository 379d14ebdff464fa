package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The contract of the management server, from the class path. */
final class ManagementContract {
    private static final String FILE = "openapi/management-api.json";

    private ManagementContract() {}

    static Future<OpenAPIContract> load(Vertx vertx) {
        return vertx.executeBlocking(ManagementContract::read).compose(json -> OpenAPIContract.from(vertx, json));
    }

    private static JsonObject read() throws IOException {
        try (InputStream in = ManagementContract.class.getClassLoader().getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " is not on the class path");
            }
            // vertx-openapi refuses media types that it does not know, and responses are not validated here.
            return new JsonObject(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("\"application/problem+json\":", "\"application/json\":")
                    .replaceAll("\"text/(html|css|event-stream)\":", "\"text/plain\":"));
        }
    }
}
