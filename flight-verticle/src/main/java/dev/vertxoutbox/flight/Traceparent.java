package dev.vertxoutbox.flight;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What identifies a request from the client to the last consumer of its event: the client's own trace context, or one made
 * here. It is in the answer, in the event, and in the log of a request that fails.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C trace context, version 00</a>
 */
final class Traceparent {

    private static final CharSequence HEADER = HttpHeaders.createOptimized("traceparent");

    /** All-zero ids are invalid. */
    private static final Pattern VALID = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private Traceparent() {}

    /** Answers with what the client sent if it is valid, as the specification asks; a broken one must not break the request. */
    static void identify(HttpServerRequest request) {
        String given = request.getHeader(HEADER);
        request.response().putHeader(HEADER, isValid(given) ? given : make());
    }

    /** That of a request that was identified. */
    static String of(RoutingContext ctx) {
        return ctx.response().headers().get(HEADER);
    }

    private static boolean isValid(@Nullable String given) {
        return given != null && VALID.matcher(given).matches();
    }

    /** Not sampled: nothing is recorded here. The numbers are in no way secret. */
    private static String make() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return "00-" + hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong() | 1) + "-"
                + hex.toHexDigits(random.nextLong() | 1) + "-00";
    }
}
