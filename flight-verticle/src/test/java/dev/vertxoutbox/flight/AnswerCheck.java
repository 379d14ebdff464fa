package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

/** Holds answers to the contract: status, headers, media type and body. */
record AnswerCheck(OpenAPIContract contract, ResponseValidator validator) {

    /** Answers that HTTP knows for any operation and that contracts do not repeat. */
    private static final List<Integer> NOT_IN_CONTRACT = List.of(405, 408, 417);

    static AnswerCheck load(Vertx vertx) throws TimeoutException {
        OpenAPIContract contract = Contract.load(vertx).await(20, SECONDS).openApi();
        return new AnswerCheck(contract, ResponseValidator.create(vertx, contract));
    }

    void check(HttpMethod method, String uri, HttpResponse<Buffer> response) throws TimeoutException {
        assertThat(response.getHeader("X-Content-Type-Options")).isEqualTo("nosniff");
        if (response.statusCode() >= 400) {
            assertThat(response.getHeader("Content-Type")).isEqualTo("application/problem+json");
            assertThat(response.bodyAsJsonObject().getInteger("status")).isEqualTo(response.statusCode());
        }
        Operation operation = contract.findOperation(uri.replaceFirst("\\?.*", ""), method);
        if (operation == null || NOT_IN_CONTRACT.contains(response.statusCode())) {
            return;
        }
        Map<String, String> headers = new HashMap<>();
        response.headers().forEach((name, value) -> headers.put(name, value));
        // The validator cannot read a header value with quotes in it.
        headers.remove("Link");
        headers.computeIfPresent("WWW-Authenticate", (name, value) -> value.replace("\"", ""));
        validator
                .validate(
                        response.body() == null
                                ? ValidatableResponse.create(response.statusCode(), headers)
                                : ValidatableResponse.create(
                                        response.statusCode(), headers, response.body(), mediaType(response)),
                        operation.getOperationId())
                .await(5, SECONDS);
    }

    private static String mediaType(HttpResponse<Buffer> response) {
        String type = Objects.requireNonNull(response.getHeader("Content-Type"));
        return type.equals(Problem.MEDIA_TYPE) ? "application/json" : type;
    }
}
