package dev.vertxoutbox.flight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeoutException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Publishes a signing key and makes tokens, good and bad ones. */
final class AuthorizationServer {
    static final String ISSUER = "https://id.example";
    static final String AUDIENCE = "flights";

    private final HttpServer server;
    private KeyPair keys;
    private String keyId;
    private volatile String published;

    private AuthorizationServer(Vertx vertx) throws TimeoutException, GeneralSecurityException {
        changeKey("key-1");
        this.server = vertx.createHttpServer()
                .requestHandler(request -> request.response().end(published))
                .listen(0)
                .await(10, SECONDS);
    }

    static AuthorizationServer start(Vertx vertx) throws TimeoutException, GeneralSecurityException {
        return new AuthorizationServer(vertx);
    }

    /** From now on it signs with another key, and has only that one. */
    void changeKey(String id) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        keyId = id;
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        published = new JsonObject()
                .put(
                        "keys",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("kty", "RSA")
                                        .put("use", "sig")
                                        .put("alg", "RS256")
                                        .put("kid", id)
                                        .put("n", base64(unsigned(key.getModulus())))
                                        .put("e", base64(unsigned(key.getPublicExponent())))))
                .encode();
    }

    void publish(String text) {
        published = text;
    }

    Authorization authorization() {
        return new Authorization(URI.create("http://localhost:" + server.actualPort() + "/keys"), ISSUER, AUDIENCE);
    }

    static JsonObject claims(String scope) {
        return new JsonObject()
                .put("iss", ISSUER)
                .put("aud", AUDIENCE)
                .put("sub", "somebody")
                .put("scope", scope)
                .put("exp", Instant.now().plus(Duration.ofMinutes(5)).getEpochSecond());
    }

    String token(String scope) throws GeneralSecurityException {
        return token(claims(scope));
    }

    String token(JsonObject claims) throws GeneralSecurityException {
        String content = content("RS256", claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(keys.getPrivate());
        signature.update(content.getBytes(UTF_8));
        return content + "." + base64(signature.sign());
    }

    /** One that is signed with the public key as if it were a secret. */
    String tokenWithSharedSecret(JsonObject claims) throws GeneralSecurityException {
        String content = content("HS256", claims);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(keys.getPublic().getEncoded(), "HmacSHA256"));
        return content + "." + base64(mac.doFinal(content.getBytes(UTF_8)));
    }

    String tokenWithoutSignature(JsonObject claims) {
        return content("none", claims) + ".";
    }

    private String content(String algorithm, JsonObject claims) {
        JsonObject header =
                new JsonObject().put("typ", "at+jwt").put("alg", algorithm).put("kid", keyId);
        return base64(header.encode().getBytes(UTF_8)) + "."
                + base64(claims.encode().getBytes(UTF_8));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
