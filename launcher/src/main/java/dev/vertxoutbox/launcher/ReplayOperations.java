package dev.vertxoutbox.launcher;

import dev.vertxoutbox.outbox.OutboxArchive;
import dev.vertxoutbox.outbox.Replay;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends archived events again. */
final class ReplayOperations {
    private final OutboxArchive archive;

    ReplayOperations(OutboxArchive archive) {
        this.archive = archive;
    }

    Map<String, Operation> operations() {
        return Map.of("replayArchivedEvents", this::replay);
    }

    private Future<Void> replay(RoutingContext ctx) {
        Replay replay = parse(ctx.queryParams());
        return archive.replay(replay)
                .recover(failure -> Future.failedFuture(
                        failure instanceof IllegalArgumentException
                                ? new ProblemException(400, String.valueOf(failure.getMessage()))
                                : failure))
                .compose(result -> result.events() == 0 && replay.cursor() == null
                        ? archive.isEmpty().compose(empty -> empty ? nothingArchived() : answer(ctx, result))
                        : answer(ctx, result));
    }

    private static Replay parse(MultiMap query) {
        OffsetDateTime from = time(query, "from");
        OffsetDateTime to = time(query, "to");
        if (from != null && to != null && !from.isBefore(to)) {
            throw new ProblemException(400, "No event is from " + from + " and before " + to + ": swap from and to");
        }
        String limit = query.get("limit");
        return new Replay(
                query.get("topic"),
                query.get("subject"),
                from,
                to,
                "new".equals(query.get("as")),
                limit == null ? OutboxArchive.MAX_EVENTS : new BigDecimal(limit).intValueExact(),
                query.get("cursor"));
    }

    private static @Nullable OffsetDateTime time(MultiMap query, String name) {
        String text = query.get(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text);
        } catch (DateTimeParseException malformed) {
            throw new ProblemException(
                    400,
                    "'%s' is not a time for '%s': give one such as 2026-12-10T14:00:00Z, with + written as %%2B"
                            .formatted(text, name));
        }
    }

    private static Future<Void> answer(RoutingContext ctx, Replay.Result result) {
        JsonObject body = new JsonObject().put("replayed", result.events());
        return Operation.json(ctx, 200, result.next() == null ? body : body.put("next", result.next()));
    }

    private static Future<Void> nothingArchived() {
        return Future.failedFuture(new ProblemException(
                409,
                "The archive is empty. Sent events are kept only by relays that run with OUTBOX_ARCHIVE_DAYS above 0"));
    }
}
