package dev.vertxoutbox.launcher;

import io.vertx.core.VertxException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

/**
 * What went wrong, as <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a> has it.
 *
 * @param detail what was wrong and what to do; null when that is nobody's business outside
 * @param pointer which parameter was wrong, as in {@code query/limit}; null if it was not a parameter
 */
public record Problem(
        int status, @Nullable String detail, @Nullable String pointer) {
    /** What vertx-openapi says of a parameter; it has no other way to tell which. */
    private static final Pattern PARAMETER = Pattern.compile("\\b(path|query) parameter ([A-Za-z]+)\\b");

    /** SQLSTATE classes of a server that cannot serve now: no connection, out of resources, shutting down, lock waits. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "55");

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    Problem(int status, @Nullable String detail) {
        this(status, detail, null);
    }

    /** A request that violates the contract; says which parameter is wrong and why. */
    static Problem ofContract(@Nullable Throwable violation) {
        String message = violation == null ? null : violation.getMessage();
        Matcher parameter = PARAMETER.matcher(String.valueOf(message));
        return parameter.find()
                ? new Problem(400, message, parameter.group(1) + "/" + parameter.group(2))
                : new Problem(400, message == null ? "Bad request" : message);
    }

    /** What a failed operation looks like from outside; an unknown failure is a 500 without detail. */
    public static Problem of(Throwable failure) {
        if (failure instanceof CompletionException wrapped && wrapped.getCause() != null) {
            return of(wrapped.getCause());
        }
        if (failure instanceof ProblemException known) {
            return known.problem();
        }
        if (failure instanceof PgException refused) {
            return ofDatabase(refused);
        }
        if (failure instanceof SdkClientException || failure instanceof SqsException) {
            return ofQueue(failure);
        }
        boolean connection = failure instanceof IOException
                || failure instanceof VertxException
                || failure instanceof TimeoutException;
        return connection ? new Problem(503, "The database cannot be reached") : new Problem(500, null);
    }

    private static Problem ofDatabase(PgException refused) {
        String state = String.valueOf(refused.getSqlState());
        if (state.equals(INSUFFICIENT_PRIVILEGE)) {
            return new Problem(
                    403, "The database user of this process may not do this; ask a process that runs the relay role");
        }
        return UNAVAILABLE_CLASSES.contains(state.substring(0, 2))
                ? new Problem(503, "The database is busy or not available")
                : new Problem(500, null);
    }

    private static Problem ofQueue(Throwable failure) {
        if (failure instanceof QueueDoesNotExistException) {
            return new Problem(404, "SQS knows no such queue");
        }
        if (failure instanceof UnsupportedOperationException) {
            return new Problem(409, "Dead letters of this queue are being moved");
        }
        boolean refused = failure instanceof SqsException answer && answer.statusCode() < 500;
        return refused ? new Problem(500, null) : new Problem(503, "The queue cannot be reached");
    }

    /** Answers with it, unless an answer has begun. */
    public void send(RoutingContext ctx) {
        if (ctx.response().headWritten() || ctx.response().ended()) {
            return;
        }
        ctx.response().setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        if (status == 401) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer realm=\"management\"");
        } else if (status == 503) {
            ctx.response().putHeader("Retry-After", "1");
        }
        JsonObject body = new JsonObject()
                .put("type", pointer == null ? "about:blank" : "urn:vertx-outbox:problem:validation")
                .put("title", ctx.response().getStatusMessage())
                .put("status", status);
        if (detail != null) {
            body.put("detail", detail);
        }
        if (pointer != null) {
            body.put(
                    "errors",
                    JsonArray.of(new JsonObject().put("pointer", pointer).put("detail", detail)));
        }
        ctx.end(body.toBuffer());
    }
}
