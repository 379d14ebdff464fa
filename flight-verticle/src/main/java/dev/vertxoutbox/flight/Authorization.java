package dev.vertxoutbox.flight;

import java.net.URI;

/**
 * Whose access tokens the API takes. Immutable.
 *
 * @param jwksUrl where the authorization server publishes its signing keys (RFC 7517); https, or http on this machine
 * @param issuer what {@code iss} of a token must be
 * @param audience what {@code aud} of a token must contain
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, JWT profile for access tokens</a>
 */
public record Authorization(URI jwksUrl, String issuer, String audience) {

    /** @throws IllegalArgumentException if the URL is neither https nor http on this machine, or a name is empty */
    public Authorization {
        boolean local = "http".equals(jwksUrl.getScheme()) && isLoopback(jwksUrl.getHost());
        if (jwksUrl.getHost() == null || !(local || "https".equals(jwksUrl.getScheme()))) {
            throw new IllegalArgumentException(
                    "jwksUrl must be an https URL, or an http URL of localhost, not " + jwksUrl);
        }
        if (issuer.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("issuer and audience must not be blank");
        }
    }

    private static boolean isLoopback(String host) {
        return "localhost".equals(host) || "127.0.0.1".equals(host) || "[::1]".equals(host);
    }
}
