package dev.vertxoutbox.launcher.console;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the class path, as it is sent. It is compressed once, and a browser that has it is told so.
 *
 * @param tag changes with the content
 */
record StaticFile(String type, Buffer content, Buffer compressed, String tag) {

    /** Not one that is refused by a weight of 0. */
    private static final Pattern GZIP = Pattern.compile("(?i)\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))");

    private static final int TAG_DIGITS = 16;

    /** Reads a file; blocks. */
    static StaticFile read(String path, String type) throws IOException {
        @Nullable InputStream found = StaticFile.class.getResourceAsStream(path);
        try (InputStream in = Objects.requireNonNull(found, path)) {
            return of(type, in.readAllBytes());
        }
    }

    static StaticFile of(String type, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return new StaticFile(type, Buffer.buffer(content), Buffer.buffer(out.toByteArray()), tag(content));
    }

    private static String tag(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return '"' + HexFormat.of().formatHex(hash).substring(0, TAG_DIGITS) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** @param policy its Content-Security-Policy */
    Future<Void> send(HttpServerRequest request, String policy) {
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.ETAG, tag)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        if (known != null && known.contains(tag)) {
            return response.setStatusCode(304).end();
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (accepted != null && GZIP.matcher(accepted).find()) {
            return response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip").end(compressed);
        }
        return response.end(content);
    }
}
