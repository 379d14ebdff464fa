package dev.vertxoutbox.flight;

import io.vertx.core.AsyncResult;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.SecurityPolicyHandler;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets a request of one operation pass if its bearer token has the scopes that the contract asks for. */
final class ScopeGuard implements SecurityPolicyHandler {

    private static final String PREFIX = "bearer ";

    private final AccessTokens tokens;
    private final Set<String> needed;

    ScopeGuard(AccessTokens tokens, Set<String> needed) {
        this.tokens = tokens;
        this.needed = needed;
    }

    @Override
    public void handle(RoutingContext ctx) {
        @Nullable String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
            ctx.fail(Refusal.Unauthorized.noToken());
            return;
        }
        ctx.request().pause(); // Nobody takes the body until the keys have been asked for.
        tokens.scopes(header.substring(PREFIX.length()).strip()).onComplete(granted -> {
            ctx.request().resume();
            pass(ctx, granted);
        });
    }

    private void pass(RoutingContext ctx, AsyncResult<Set<String>> granted) {
        if (granted.failed()) {
            ctx.fail(granted.cause());
        } else if (granted.result().containsAll(needed)) {
            ctx.next();
        } else {
            ctx.fail(new Refusal.Forbidden(String.join(" ", needed)));
        }
    }
}
