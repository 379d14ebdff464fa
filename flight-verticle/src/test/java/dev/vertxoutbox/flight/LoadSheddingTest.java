package dev.vertxoutbox.flight;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LoadSheddingTest {
    private static final String GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void refusalIsIdentifiedAndASpanLikeAnyOtherAnswer(Vertx vertx) throws TimeoutException {
        InMemorySpanExporter spans = InMemorySpanExporter.create();
        RequestSpans tracing = new RequestSpans(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build());
        HttpServer server = vertx.createHttpServer()
                .requestHandler(new LoadShedding(request -> request.response().end(), () -> true, tracing))
                .listen(0, "localhost")
                .await(5, SECONDS);

        HttpResponse<Buffer> refused = WebClient.create(vertx)
                .post(server.actualPort(), "localhost", "/api/flights")
                .putHeader("traceparent", GIVEN)
                .send()
                .await(5, SECONDS);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.getHeader("traceparent")).isEqualTo(GIVEN);
        await().until(() -> spans.getFinishedSpanItems().size() == 1);
        SpanData span = spans.getFinishedSpanItems().get(0);
        assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(503);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }
}
