package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;

/** Files by the name under which they are served, each read when it is first asked for. For use on one event loop. */
final class StaticFiles {

    private final Vertx vertx;
    private final String policy;
    private final Map<String, Callable<StaticFile>> sources;
    private final Map<String, Future<StaticFile>> read = new HashMap<>();

    /** @param policy the Content-Security-Policy of all of them */
    StaticFiles(Vertx vertx, String policy, Map<String, Callable<StaticFile>> sources) {
        this.vertx = vertx;
        this.policy = policy;
        this.sources = Map.copyOf(sources);
    }

    /** Fails with a 404 for a name that is not among them. */
    Future<Void> send(RoutingContext ctx, String name) {
        Callable<StaticFile> source = sources.get(name);
        if (source == null) {
            return Future.failedFuture(new ProblemException(404, "Nothing is served at " + ctx.normalizedPath()));
        }
        return read.computeIfAbsent(name, first -> vertx.executeBlocking(source, false))
                .compose(file -> file.send(ctx.request(), policy));
    }

    /** A file of a web jar, whose version is part of its path. */
    static StaticFile ofWebJar(String jar, String name, String type) throws IOException {
        Properties versions = new Properties();
        try (InputStream in =
                Objects.requireNonNull(StaticFiles.class.getResourceAsStream("webjars.properties"), jar)) {
            versions.load(in);
        }
        return StaticFile.read(
                "/META-INF/resources/webjars/%s/%s/%s".formatted(jar, versions.getProperty(jar), name), type);
    }
}
