package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Serves the contract, and Swagger UI to read and try it. */
final class ApiDocs {

    private static final String INDEX = "/swagger-ui/index.html";

    /** Files of the web jar that the page needs, and their types; nothing else in it is served. */
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "index.css", "text/css; charset=utf-8",
            "swagger-ui.css", "text/css; charset=utf-8",
            "swagger-ui-bundle.js", "text/javascript; charset=utf-8",
            "swagger-ui-standalone-preset.js", "text/javascript; charset=utf-8",
            "favicon-16x16.png", "image/png",
            "favicon-32x32.png", "image/png");

    private static final String INITIALIZER = """
            window.onload = () => {
              window.ui = SwaggerUIBundle({
                url: '/openapi.yaml',
                dom_id: '#swagger-ui',
                deepLinking: true,
                tryItOutEnabled: true,
                presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
                layout: 'StandaloneLayout'
              });
            };
            """;

    /** Swagger UI sets styles in the page and shows images from data; scripts come from here only. */
    private static final String PAGE_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    /** Not one that is refused by a weight of 0. */
    private static final Pattern GZIP = Pattern.compile("(?i)\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))");

    private final Vertx vertx;
    private final Document contract;
    private final Connections connections;
    private final Map<String, Document> read = new HashMap<>();

    /** A file and the same compressed, which is done once: the largest takes tens of milliseconds. */
    private record Document(String type, Buffer content, Buffer compressed) {

        static Document of(String type, Buffer content) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(content.getBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Document(type, content, Buffer.buffer(out.toByteArray()));
        }
    }

    ApiDocs(Vertx vertx, Buffer contract, Connections connections) {
        this.vertx = vertx;
        this.contract = Document.of("application/yaml; charset=utf-8", contract);
        this.connections = connections;
    }

    void mount(Router router) {
        Document initializer = Document.of("text/javascript; charset=utf-8", Buffer.buffer(INITIALIZER));
        router.get("/").handler(connections::received).handler(ctx -> redirect(ctx, INDEX));
        router.get("/swagger-ui").handler(connections::received).handler(ctx -> redirect(ctx, INDEX));
        router.get("/openapi.yaml").handler(connections::received).handler(ctx -> send(ctx, contract));
        router.get("/swagger-ui/swagger-initializer.js")
                .handler(connections::received)
                .handler(ctx -> send(ctx, initializer));
        router.get("/swagger-ui/:file").handler(connections::received).handler(this::sendFile);
    }

    private void sendFile(RoutingContext ctx) {
        String name = ctx.pathParam("file");
        String type = FILES.get(name);
        if (type == null) {
            ctx.next();
            return;
        }
        file(name, type).onSuccess(found -> send(ctx, found)).onFailure(ctx::fail);
    }

    private Future<Document> file(String name, String type) {
        Document known = read.get(name);
        return known != null
                ? Future.succeededFuture(known)
                : vertx.executeBlocking(() -> Document.of(type, load(name)))
                        .onSuccess(document -> read.put(name, document));
    }

    private static Buffer load(String name) throws IOException {
        Properties build = new Properties();
        build.load(open("swagger-ui.properties"));
        String path = "/META-INF/resources/webjars/swagger-ui/" + build.getProperty("version") + "/" + name;
        try (InputStream in = open(path)) {
            return Buffer.buffer(in.readAllBytes());
        }
    }

    private static InputStream open(String path) {
        @Nullable InputStream in = ApiDocs.class.getResourceAsStream(path);
        return Objects.requireNonNull(in, path);
    }

    private static void redirect(RoutingContext ctx, String target) {
        ctx.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, target)
                .end()
                .otherwiseEmpty();
    }

    private static void send(RoutingContext ctx, Document document) {
        String accepted = ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING);
        boolean compressed = accepted != null && GZIP.matcher(accepted).find();
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, document.type())
                // Said in any case, so that the server does not compress it again.
                .putHeader(HttpHeaders.CONTENT_ENCODING, compressed ? "gzip" : "identity")
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .putHeader("Content-Security-Policy", PAGE_POLICY)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(compressed ? document.compressed() : document.content())
                .otherwiseEmpty();
    }
}
