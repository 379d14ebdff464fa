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
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LoadSheddingTest {
    private static final String GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final RequestSpans tracing = new RequestSpans(OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .build());

    private HttpServer sheddingServer(Vertx vertx) throws TimeoutException {
        return vertx.createHttpServer()
                .requestHandler(
                        new LoadShedding(vertx, request -> request.response().end(), () -> false, tracing))
                .listen(0, "localhost")
                .await(5, SECONDS);
    }

    private static Future<HttpResponse<Buffer>> book(WebClient client, HttpServer server) {
        return client.post(server.actualPort(), "localhost", "/api/flights")
                .putHeader("traceparent", GIVEN)
                .send();
    }

    @Test
    void refusalIsIdentifiedAndASpanLikeAnyOtherAnswer(Vertx vertx) throws TimeoutException {
        HttpResponse<Buffer> refused =
                book(WebClient.create(vertx), sheddingServer(vertx)).await(5, SECONDS);

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
        assertThat(refused.getHeader("traceparent")).isEqualTo(GIVEN);
        await().until(() -> spans.getFinishedSpanItems().size() == 1);
        SpanData span = spans.getFinishedSpanItems().get(0);
        assertThat(span.getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span.getAttributes().get(longKey("http.response.status_code")))
                .isEqualTo(503);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    }

    @Test
    void refusalIsHeldBackSoThatAClientThatAsksAgainAtOnceDoesNotCrowdOutOthers(Vertx vertx) throws TimeoutException {
        HttpServer server = sheddingServer(vertx);
        WebClient client = WebClient.create(vertx);
        book(client, server).await(5, SECONDS);

        long start = System.nanoTime();
        book(client, server).await(5, SECONDS);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(190));
    }

    @Test
    void clientThatGoesAwayBeforeItIsToldIsForgotten(Vertx vertx) throws TimeoutException {
        HttpServer server = sheddingServer(vertx);
        NetSocket client = vertx.createNetClient()
                .connect(server.actualPort(), "localhost")
                .await(5, SECONDS);
        client.write("POST /api/flights HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
                .await(5, SECONDS);
        client.close().await(5, SECONDS);

        await().until(() -> spans.getFinishedSpanItems().size() == 1);
        assertThat(spans.getFinishedSpanItems().get(0).getAttributes().get(longKey("http.response.status_code")))
                .isNull();
        assertThat(book(WebClient.create(vertx), server).await(5, SECONDS).statusCode())
                .isEqualTo(503);
    }
}
