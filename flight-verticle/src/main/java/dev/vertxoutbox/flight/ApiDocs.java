package dev.vertxoutbox.flight;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
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

    private final Vertx vertx;
    private final Buffer contract;
    private final Connections connections;
    private final Map<String, Buffer> read = new HashMap<>();

    ApiDocs(Vertx vertx, Buffer contract, Connections connections) {
        this.vertx = vertx;
        this.contract = contract;
        this.connections = connections;
    }

    void mount(Router router) {
        router.get("/").handler(connections::received).handler(ctx -> redirect(ctx, INDEX));
        router.get("/swagger-ui").handler(connections::received).handler(ctx -> redirect(ctx, INDEX));
        router.get("/openapi.yaml")
                .handler(connections::received)
                .handler(ctx -> send(ctx, "application/yaml; charset=utf-8", contract));
        router.get("/swagger-ui/swagger-initializer.js")
                .handler(connections::received)
                .handler(ctx -> send(ctx, "text/javascript; charset=utf-8", Buffer.buffer(INITIALIZER)));
        router.get("/swagger-ui/:file").handler(connections::received).handler(this::sendFile);
    }

    private void sendFile(RoutingContext ctx) {
        String name = ctx.pathParam("file");
        String type = FILES.get(name);
        if (type == null) {
            ctx.next();
            return;
        }
        file(name).onSuccess(content -> send(ctx, type, content)).onFailure(ctx::fail);
    }

    private Future<Buffer> file(String name) {
        Buffer known = read.get(name);
        return known != null
                ? Future.succeededFuture(known)
                : vertx.executeBlocking(() -> load(name)).onSuccess(content -> read.put(name, content));
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

    private static void send(RoutingContext ctx, String type, Buffer content) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader("Content-Security-Policy", PAGE_POLICY)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(content)
                .otherwiseEmpty();
    }
}
