package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Holds answers to the management contract. */
final class Contract {
    private final OpenAPIContract contract;

    Contract(Vertx vertx) throws TimeoutException {
        contract = ManagementContract.load(vertx).await(10, TimeUnit.SECONDS);
    }

    OpenAPIContract contract() {
        return contract;
    }

    /** Fails unless the value is as the schema of this name says. */
    void checkSchema(String name, JsonObject value) {
        JsonObject schema = contract.getRawContract()
                .getJsonObject("components")
                .getJsonObject("schemas")
                .getJsonObject(name);
        OutputUnit result =
                contract.getSchemaRepository().validator(JsonSchema.of(schema)).validate(value);
        assertThat(result.getValid())
                .as("%s: %s: %s", name, value.encode(), result.getErrors())
                .isTrue();
    }

    /** Fails unless the operation declares this status, media type and body. */
    void check(String operationId, HttpResponse<Buffer> answer) {
        Response declared = contract.operation(operationId).getResponse(answer.statusCode());
        assertThat(declared)
                .as("%s answers %d", operationId, answer.statusCode())
                .isNotNull();
        if (declared.getContent().isEmpty()) {
            assertThat(answer.body()).isNull();
            return;
        }
        String contentType = String.valueOf(answer.getHeader("Content-Type")).replaceFirst(";.*", "");
        // As the contract was rewritten when it was read.
        String known = contentType.replace("problem+", "").replaceFirst("text/(html|css|event-stream)", "text/plain");
        MediaType media = declared.getContent().get(known);
        assertThat(media).as("%s answers %s", operationId, contentType).isNotNull();
        assertThat(contentType.contains("problem"))
                .isEqualTo(answer.statusCode() >= 400 && !operationId.matches("live|ready"));
        if (contentType.endsWith("json")) {
            OutputUnit result = contract.getSchemaRepository()
                    .validator(media.getSchema())
                    .validate(Json.decodeValue(answer.body()));
            assertThat(result.getValid())
                    .as("%s answered %s: %s", operationId, answer.bodyAsString(), result.getErrors())
                    .isTrue();
        }
    }
}
