package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpRequest;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With an authorization server, nobody is let in without its token, and nobody does more than the token says. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class AuthorizationIT {
    private static final String READ = "flights:read";
    private static final String WRITE = "flights:write";

    private static AuthorizationServer server;
    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues)
            throws TimeoutException, GeneralSecurityException {
        server = AuthorizationServer.start(vertx);
        service = FlightService.start(
                vertx, db, queues, config -> config.withInstances(1).withAuthorization(server.authorization()));
    }

    private static HttpResponse<Buffer> book(String token) throws TimeoutException {
        return service.send(
                with(token, service.request(HttpMethod.POST, "/api/flights")),
                FlightService.flight().toBuffer());
    }

    private static HttpResponse<Buffer> list(String token) throws TimeoutException {
        return service.send(with(token, service.request(HttpMethod.GET, "/api/flights")));
    }

    private static HttpRequest<Buffer> with(String token, HttpRequest<Buffer> request) {
        return request.putHeader("Authorization", "Bearer " + token);
    }

    @Test
    void requestWithoutATokenIsAnswered401() throws TimeoutException {
        int before = service.count("flight.booking");
        HttpResponse<Buffer> answer = service.post(FlightService.flight());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.getHeader("WWW-Authenticate")).isEqualTo("Bearer");
        assertThat(service.get("/api/flights").statusCode()).isEqualTo(401);
        assertThat(service.count("flight.booking")).isEqualTo(before);
    }

    @Test
    void tokenGrantsWhatItsScopeSaysAndNoMore() throws TimeoutException, GeneralSecurityException {
        assertThat(book(server.token(WRITE + " other")).statusCode()).isEqualTo(201);
        assertThat(list(server.token(READ)).statusCode()).isEqualTo(200);

        HttpResponse<Buffer> refused = book(server.token(READ));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.getHeader("WWW-Authenticate"))
                .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"flights:write\"");
        assertThat(list(server.token(WRITE)).statusCode()).isEqualTo(403);
        assertThat(list(server.token("flights")).statusCode()).isEqualTo(403);
    }

    @Test
    void scopesMayBeAList() throws TimeoutException, GeneralSecurityException {
        JsonObject claims = AuthorizationServer.claims("x").put("scp", new JsonArray().add(READ));
        assertThat(list(server.token(claims)).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "aud", "exp"})
    void tokenWithoutAClaimThatCountsIsRefused(String claim) throws TimeoutException, GeneralSecurityException {
        JsonObject claims = AuthorizationServer.claims(READ);
        claims.remove(claim);
        assertInvalid(list(server.token(claims)));
    }

    @Test
    void tokenOfOthersForOthersOrOfThePastIsRefused() throws TimeoutException, GeneralSecurityException {
        long past = Instant.now().minus(Duration.ofMinutes(2)).getEpochSecond();
        assertInvalid(list(server.token(AuthorizationServer.claims(READ).put("iss", "https://other.example"))));
        assertInvalid(list(server.token(AuthorizationServer.claims(READ).put("aud", "hotels"))));
        assertInvalid(list(server.token(AuthorizationServer.claims(READ).put("exp", past))));
    }

    @Test
    void tokenThatIsNotSignedByTheServerIsRefused() throws TimeoutException, GeneralSecurityException {
        JsonObject claims = AuthorizationServer.claims(READ);
        String good = server.token(claims);
        assertInvalid(list(server.tokenWithoutSignature(claims)));
        assertInvalid(list(server.tokenWithSharedSecret(claims)));
        assertInvalid(list(good.substring(0, good.length() - 8)));
        assertInvalid(list("nonsense"));
        assertInvalid(list("a.b.c"));
        assertInvalid(list(""));
    }

    private static void assertInvalid(HttpResponse<Buffer> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.getHeader("WWW-Authenticate")).startsWith("Bearer");
    }

    @Test
    void contractAndItsPageAreForAll() throws TimeoutException {
        assertThat(service.get("/openapi.yaml").statusCode()).isEqualTo(200);
        assertThat(service.get("/swagger-ui/index.html").statusCode()).isEqualTo(200);
    }

    @Test
    void newKeyOfTheServerIsFoundByItself() throws TimeoutException, GeneralSecurityException {
        server.changeKey("key-2");
        String token = server.token(WRITE);
        await().atMost(30, SECONDS)
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(book(token).statusCode()).isEqualTo(201));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>", "{}", "{\"keys\": []}", "{\"keys\": [{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}]}"})
    void serviceDoesNotStartWithoutKeys(String published, Vertx vertx, TestDatabase db, TestQueues queues)
            throws TimeoutException, GeneralSecurityException {
        AuthorizationServer keyless = AuthorizationServer.start(vertx);
        keyless.publish(published);
        assertThatThrownBy(() -> FlightService.start(
                        vertx, db, queues, config -> config.withAuthorization(keyless.authorization())))
                .isInstanceOf(SigningKeysException.class)
                .hasMessageContaining(keyless.authorization().jwksUrl().toString());
    }
}
