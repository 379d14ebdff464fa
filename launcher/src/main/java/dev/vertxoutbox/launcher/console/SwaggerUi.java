package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.Problem;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** The contract of the management server, and Swagger UI to read and try it. */
final class SwaggerUi {

    private static final String INDEX = "/swagger-ui/index.html";
    private static final String CONTRACT = "openapi.yaml";

    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    /** Files of the web jar that the page needs, and their types; nothing else in it is served. */
    private static final Map<String, String> FILES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "index.css", CSS,
            "swagger-ui.css", CSS,
            "swagger-ui-bundle.js", SCRIPT,
            "swagger-ui-standalone-preset.js", SCRIPT,
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
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
            + " img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

    private final StaticFiles files;

    SwaggerUi(Vertx vertx) {
        Map<String, Callable<StaticFile>> sources = new HashMap<>();
        FILES.forEach((name, type) -> sources.put(name, () -> StaticFiles.ofWebJar("swagger-ui", name, type)));
        sources.put(
                "swagger-initializer.js", () -> StaticFile.of(SCRIPT, INITIALIZER.getBytes(StandardCharsets.UTF_8)));
        sources.put(CONTRACT, () -> StaticFile.read("/openapi/management-api.yaml", "application/yaml; charset=utf-8"));
        files = new StaticFiles(vertx, POLICY, sources);
    }

    void mount(Router router) {
        router.get("/" + CONTRACT).handler(ctx -> send(ctx, CONTRACT));
        router.get("/swagger-ui").handler(ctx -> ctx.redirect(INDEX).otherwiseEmpty());
        router.get("/swagger-ui/:file").handler(ctx -> send(ctx, ctx.pathParam("file")));
    }

    private void send(RoutingContext ctx, String name) {
        files.send(ctx, name).onFailure(failure -> Problem.of(failure).send(ctx));
    }
}
