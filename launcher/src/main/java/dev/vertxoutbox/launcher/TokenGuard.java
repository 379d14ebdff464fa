package dev.vertxoutbox.launcher;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets changing calls through only with the token or, where none is configured, only from loopback and not from a
 * foreign web page. Each one, refused ones included, is logged when it is answered: who asked for what, and the outcome.
 */
final class TokenGuard implements SecurityPolicyHandler {
    private static final Logger log = LoggerFactory.getLogger(TokenGuard.class);
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final @Nullable String token;
    private final byte @Nullable [] expected;

    TokenGuard(@Nullable String token) {
        this.token = token;
        this.expected = token == null ? null : ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (READING.contains(ctx.request().method())) {
            ctx.next();
            return;
        }
        ctx.addEndHandler(ended -> audit(ctx, ended.succeeded()));
        if (expected != null && !hasToken(ctx.request(), expected)) {
            new Problem(401, "Send Authorization: Bearer with the value of MANAGEMENT_TOKEN").send(ctx);
        } else if (expected == null && !isLocal(ctx.request())) {
            new Problem(403, "Without MANAGEMENT_TOKEN changing calls are allowed from loopback only").send(ctx);
        } else {
            ctx.next();
        }
    }

    /** Whether the sender of a request may make changing calls: {@code yes}, {@code no} or {@code token}, if with one. */
    String access(HttpServerRequest request) {
        if (expected != null) {
            return "token";
        }
        return isLocal(request) ? "yes" : "no";
    }

    private static boolean hasToken(HttpServerRequest request, byte[] expected) {
        String given = request.getHeader("Authorization");
        // Takes the same time wherever the two differ.
        return given != null && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLocal(HttpServerRequest request) {
        return isLocal(
                request.remoteAddress().hostAddress(),
                request.getHeader("Origin"),
                String.valueOf(request.authority()));
    }

    /** From loopback, and if a browser sent it then for a page that we served ourselves. */
    static boolean isLocal(@Nullable String address, @Nullable String origin, String authority) {
        boolean foreignPage = origin != null && !origin.endsWith("://" + authority);
        return !foreignPage && isLoopback(address);
    }

    private static boolean isLoopback(@Nullable String address) {
        try {
            // An address in digits is parsed, not resolved.
            return address != null && InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private void audit(RoutingContext ctx, boolean answered) {
        log.atInfo()
                .addKeyValue("method", ctx.request().method())
                .addKeyValue("uri", withoutToken(ctx.request().uri()))
                .addKeyValue("from", ctx.request().remoteAddress().hostAddress())
                .addKeyValue("status", answered ? ctx.response().getStatusCode() : "connection lost")
                .log("Management call");
    }

    /** It belongs into a header, but a caller may not know that. */
    private String withoutToken(String uri) {
        return token == null ? uri : uri.replace(token, "***");
    }
}
