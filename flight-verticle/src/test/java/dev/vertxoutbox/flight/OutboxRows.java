package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/** The rows of {@code outbox.event}, with the names that the CloudEvents envelope has for them. */
final class OutboxRows {
    private static final String ROWS = """
            SELECT row_to_json(e)::text FROM outbox.event e WHERE subject = $1 ORDER BY seq
            """;

    private OutboxRows() {}

    static List<JsonObject> of(FlightService service, UUID bookingId) throws TimeoutException {
        List<JsonObject> rows = new ArrayList<>();
        service.superuser()
                .preparedQuery(ROWS)
                .execute(Tuple.of(bookingId.toString()))
                .await(5, SECONDS)
                .forEach(row -> rows.add(new JsonObject(row.getString(0))));
        return rows;
    }
}
