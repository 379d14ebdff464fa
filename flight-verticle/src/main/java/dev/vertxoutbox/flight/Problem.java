package dev.vertxoutbox.flight;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error as the client sees it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
record Problem(
        String type, String title, int status, @Nullable String detail, List<Violation> errors) {

    static final String MEDIA_TYPE = "application/problem+json";

    /** Errors listed at most, so that an answer stays small whatever was sent. */
    private static final int MAX_ERRORS = 100;

    static Problem of(int status, @Nullable String detail) {
        return new Problem("about:blank", titleOf(status), status, detail, List.of());
    }

    Problem withType(String newType) {
        return new Problem(newType, title, status, detail, errors);
    }

    Problem withErrors(List<Violation> newErrors) {
        return new Problem(
                type,
                title,
                status,
                detail,
                newErrors.stream().limit(MAX_ERRORS).toList());
    }

    JsonObject toJson() {
        JsonObject json = new JsonObject().put("type", type).put("title", title).put("status", status);
        if (detail != null) {
            json.put("detail", detail);
        }
        if (!errors.isEmpty()) {
            json.put(
                    "errors",
                    new JsonArray(errors.stream().map(Violation::toJson).toList()));
        }
        return json;
    }

    /** The names of RFC 9110; Netty still has older ones for two. */
    private static String titleOf(int status) {
        return switch (status) {
            case 413 -> "Content Too Large";
            case 422 -> "Unprocessable Content";
            default -> HttpResponseStatus.valueOf(status).reasonPhrase();
        };
    }
}
