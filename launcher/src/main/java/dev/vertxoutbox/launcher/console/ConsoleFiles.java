package dev.vertxoutbox.launcher.console;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** The page and what it loads. */
final class ConsoleFiles {

    /** Nothing from elsewhere, and no script or style in the page itself. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SCRIPT = "text/javascript; charset=utf-8";

    private static final List<String> SCRIPTS = List.of(
            "console.js", "stream.js", "calls.js", "path.js", "charts.js", "tables.js", "controls.js", "words.js");

    private final StaticFiles files;

    ConsoleFiles(Vertx vertx) {
        Map<String, Callable<StaticFile>> sources = new HashMap<>();
        sources.put("index.html", () -> StaticFile.read("index.html", HTML));
        sources.put("console.css", () -> StaticFile.read("console.css", CSS));
        sources.put("icon.svg", () -> StaticFile.read("icon.svg", "image/svg+xml"));
        SCRIPTS.forEach(name -> sources.put(name, () -> StaticFile.read(name, SCRIPT)));
        sources.put("uplot.js", () -> StaticFiles.ofWebJar("uplot", "dist/uPlot.iife.min.js", SCRIPT));
        sources.put("uplot.css", () -> StaticFiles.ofWebJar("uplot", "dist/uPlot.min.css", CSS));
        files = new StaticFiles(vertx, POLICY, sources);
    }

    Future<Void> send(RoutingContext ctx, String name) {
        return files.send(ctx, name);
    }
}
