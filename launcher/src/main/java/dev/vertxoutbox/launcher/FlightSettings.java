package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.Authorization;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the flight role reads.
 *
 * @param httpPort 0 takes any free port
 * @param authorization null for an API that is open to all
 */
record FlightSettings(
        int httpPort,
        int maxConnections,
        @Nullable Authorization authorization,
        String paymentQueueUrl,
        Duration longPoll) {

    static FlightSettings from(Environment env) {
        return new FlightSettings(
                env.integer(Variable.HTTP_PORT, 8080, 0, 65_535),
                env.integer(Variable.HTTP_MAX_CONNECTIONS, 20_000, 1, 1_000_000),
                authorization(env),
                env.queueUrl(Variable.PAYMENT_QUEUE_URL),
                env.longPoll());
    }

    private static @Nullable Authorization authorization(Environment env) {
        URI jwks = env.url(Variable.AUTH_JWKS_URL).orElse(null);
        if (jwks == null) {
            refuse(env, Variable.AUTH_ISSUER);
            refuse(env, Variable.AUTH_AUDIENCE);
            return null;
        }
        try {
            return new Authorization(jwks, needed(env, Variable.AUTH_ISSUER), needed(env, Variable.AUTH_AUDIENCE));
        } catch (IllegalArgumentException e) {
            throw env.wrong(Variable.AUTH_JWKS_URL, "an https URL, or an http URL of localhost");
        }
    }

    private static String needed(Environment env, Variable variable) {
        return env.find(variable)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new ConfigurationException(
                        variable, "is not set, but AUTH_JWKS_URL is; " + variable.description()));
    }

    /** An API that was meant to ask for tokens must not be open because a variable is missing. */
    private static void refuse(Environment env, Variable variable) {
        if (env.find(variable).isPresent()) {
            throw new ConfigurationException(
                    variable,
                    "is set, but AUTH_JWKS_URL is not: set that as well to ask for access tokens, or neither");
        }
    }
}
