package dev.vertxoutbox.launcher;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Takes spans as a collector does: OTLP over HTTP in protocol buffers. */
final class Collector {

    /** A span as it was sent, with ids in hex; its parent is empty if it has none. */
    record Recorded(
            String service,
            String name,
            Span.SpanKind kind,
            String traceId,
            String id,
            String parent,
            boolean failed,
            Map<String, String> attributes) {}

    final List<Recorded> spans = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    /** Takes requests and does not answer them. */
    volatile boolean silent;

    private final HttpServer server;

    Collector(Vertx vertx) throws TimeoutException {
        server = vertx.createHttpServer()
                .requestHandler(this::take)
                .listen(0, "localhost")
                .await(5, TimeUnit.SECONDS);
    }

    String url() {
        return "http://localhost:" + server.actualPort();
    }

    List<Recorded> of(String traceId) {
        return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
    }

    void close() throws TimeoutException {
        server.close().await(5, TimeUnit.SECONDS);
    }

    private void take(HttpServerRequest request) {
        if (!request.path().equals("/v1/traces")) {
            request.response().setStatusCode(404).end();
            return;
        }
        if (silent) {
            return;
        }
        authorizations.add(String.valueOf(request.getHeader("Authorization")));
        request.body().onSuccess(body -> {
            spans.addAll(read(body));
            request.response().end();
        });
    }

    private static List<Recorded> read(Buffer body) {
        try {
            return ExportTraceServiceRequest.parseFrom(body.getBytes()).getResourceSpansList().stream()
                    .flatMap(ofProcess -> ofProcess.getScopeSpansList().stream()
                            .flatMap(ofScope -> ofScope.getSpansList().stream())
                            .map(span -> recorded(ofProcess, span)))
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Recorded recorded(ResourceSpans ofProcess, Span span) {
        Resource process = ofProcess.getResource();
        return new Recorded(
                attributes(process.getAttributesList()).getOrDefault("service.name", ""),
                span.getName(),
                span.getKind(),
                HexFormat.of().formatHex(span.getTraceId().toByteArray()),
                HexFormat.of().formatHex(span.getSpanId().toByteArray()),
                HexFormat.of().formatHex(span.getParentSpanId().toByteArray()),
                span.getStatus().getCodeValue() == 2,
                attributes(span.getAttributesList()));
    }

    private static Map<String, String> attributes(List<KeyValue> attributes) {
        return attributes.stream()
                .collect(Collectors.toMap(
                        KeyValue::getKey,
                        attribute -> attribute.getValue().hasStringValue()
                                ? attribute.getValue().getStringValue()
                                : String.valueOf(attribute.getValue().getIntValue())));
    }
}
