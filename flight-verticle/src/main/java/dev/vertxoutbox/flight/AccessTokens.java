package dev.vertxoutbox.flight;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks access tokens: signature, issuer, audience, and time with {@value #LEEWAY_SECONDS} s of leeway. The keys are read
 * anew every five minutes, and when a token names one that is not known, every {@value #ASK_AGAIN_SECONDS} s at most.
 *
 * <p>For use on one event loop.
 */
final class AccessTokens {

    private static final int LEEWAY_SECONDS = 30;
    private static final int ASK_AGAIN_SECONDS = 10;
    private static final Duration REFRESH = Duration.ofMinutes(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Vertx vertx;
    private final Authorization authorization;
    private final SigningKeys signingKeys;
    private final BackgroundLoop refresh;
    private @Nullable JWTAuth verifier;
    private Set<String> keyIds = Set.of();
    private Future<Void> asked = Future.succeededFuture();
    private long lastAsked = System.nanoTime();

    AccessTokens(Vertx vertx, Authorization authorization, MeterRegistry meters) {
        this.vertx = vertx;
        this.authorization = authorization;
        this.signingKeys = new SigningKeys(vertx, authorization.jwksUrl());
        this.refresh =
                new BackgroundLoop(vertx, "signing-keys", LONGEST_PAUSE, meters, () -> load().map(loaded -> REFRESH));
    }

    /** Reads the keys and goes on doing so; fails with {@link SigningKeysException} when they cannot be had. */
    Future<Void> start() {
        return load().onSuccess(loaded -> vertx.setTimer(REFRESH.toMillis(), fired -> refresh.start()));
    }

    Future<Void> stop() {
        return refresh.stop();
    }

    private Future<Void> load() {
        return signingKeys.fetch().map(keys -> {
            verifier = JWTAuth.create(
                    vertx,
                    new JWTAuthOptions()
                            .setJwks(keys)
                            .setJWTOptions(new JWTOptions()
                                    .setIssuer(authorization.issuer())
                                    .addAudience(authorization.audience())
                                    .setLeeway(LEEWAY_SECONDS)));
            keyIds = keys.stream()
                    .map(key -> String.valueOf(key.getValue("kid")))
                    .collect(Collectors.toSet());
            return null;
        });
    }

    /** The scopes that the token grants; fails with {@link Refusal.Unauthorized} if it is not valid. */
    Future<Set<String>> scopes(String token) {
        return (keyIds.contains(keyId(token)) ? Future.<Void>succeededFuture() : askAgain())
                .compose(ready -> verify(token))
                .map(AccessTokens::scopes)
                .recover(failure -> Future.failedFuture(Refusal.Unauthorized.invalidToken()));
    }

    private Future<JsonObject> verify(String token) {
        return Objects.requireNonNull(verifier)
                .authenticate(new TokenCredentials(token))
                .map(user -> user.attributes().getJsonObject("accessToken"));
    }

    /** Keys change; forged tokens must not make us ask for every one of them. */
    private Future<Void> askAgain() {
        if (asked.isComplete() && System.nanoTime() - lastAsked > TimeUnit.SECONDS.toNanos(ASK_AGAIN_SECONDS)) {
            lastAsked = System.nanoTime();
            asked = load().otherwiseEmpty();
        }
        return asked;
    }

    private static String keyId(String token) {
        try {
            byte[] header = Base64.getUrlDecoder().decode(token.substring(0, Math.max(0, token.indexOf('.'))));
            return String.valueOf(new JsonObject(Buffer.buffer(header)).getValue("kid"));
        } catch (IllegalArgumentException | DecodeException e) {
            return ""; // What it is will be told when it is verified.
        }
    }

    /** RFC 9068 has {@code scope}, a text; others have {@code scp}, a text or a list. A token that never ends is none. */
    private static Set<String> scopes(JsonObject claims) {
        if (!claims.containsKey("exp")) {
            throw Refusal.Unauthorized.invalidToken();
        }
        return Stream.of(claims.getValue("scope"), claims.getValue("scp"))
                .flatMap(value -> value instanceof JsonArray list
                        ? list.stream()
                        : Stream.of(String.valueOf(value).split(" ", -1)))
                .map(String::valueOf)
                .collect(Collectors.toSet());
    }
}
