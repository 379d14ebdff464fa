package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.FlightSide;
import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.payment.PaymentSide;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.sandbox.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Both services on one database, with their real handlers and rights, and a test in the place of relay and queues. */
final class SagaBench {
    private static final int CONNECTIONS = 8;

    private static final String TAKE = "DELETE FROM outbox.event WHERE subject = $1 RETURNING *";
    private static final String IS_PROCESSED = "SELECT 1 FROM inbox.processed WHERE consumer = $1 AND event_id = $2";
    private static final String CLAIM = """
            INSERT INTO inbox.processed (consumer, event_id, event_type) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING
            """;

    private record Consumer(String name, Pool pool, Map<String, EventHandler> handlers) {}

    private final FlightSide flights;
    private final Pool admin;
    private final Map<String, Consumer> consumerOfTopic;

    SagaBench(Vertx vertx, TestDatabase db, SimulatedGatewayConfig gateway, long seed) {
        admin = db.pool(vertx);
        flights = new FlightSide(vertx, as(db, "flight_app"), CONNECTIONS);
        Pool payments = db.pool(vertx, as(db, "payment_app"), new PoolOptions().setMaxSize(CONNECTIONS));
        consumerOfTopic = Map.of(
                "payment",
                new Consumer("flight", flights.pool(), flights.handlers()),
                "flight",
                new Consumer(
                        "payment",
                        payments,
                        PaymentSide.handlers(vertx, payments, gateway, new SplittableRandom(seed))));
    }

    private static PgConnectOptions as(TestDatabase db, String role) {
        return db.connectOptions().addProperty("role", role);
    }

    FlightSide flights() {
        return flights;
    }

    /** An event on its way. */
    record Message(String topic, InboxEvent event) {}

    /** Takes what is in the outbox for a booking, as a relay would. */
    List<Message> relay(UUID booking) {
        List<Message> messages = new ArrayList<>();
        done(admin.preparedQuery(TAKE).execute(Tuple.of(booking.toString())))
                .forEach(row -> messages.add(message(row)));
        return messages;
    }

    private static Message message(Row row) {
        JsonObject envelope = new JsonObject()
                .put("specversion", "1.0")
                .put("id", row.getUUID("id").toString())
                .put("source", row.getString("source"))
                .put("type", row.getString("type"))
                .put("subject", row.getString("subject"))
                .put("time", row.getOffsetDateTime("time").toInstant().toString())
                .put("sequence", row.getLong("sequence").toString())
                .put("data", row.getValue("data"));
        return new Message(row.getString("topic"), InboxEvent.parse(envelope.encode()));
    }

    /**
     * Delivers a message as the inbox does.
     *
     * @param crash whether the consumer dies between what it prepares and its commit
     * @return fails when the message has to come again
     */
    Future<Void> deliver(Message message, boolean crash) {
        Consumer consumer = Objects.requireNonNull(consumerOfTopic.get(message.topic()));
        InboxEvent event = message.event();
        EventHandler handler = Objects.requireNonNull(consumer.handlers().get(event.type()));
        return consumer.pool()
                .preparedQuery(IS_PROCESSED)
                .execute(Tuple.of(consumer.name(), event.id()))
                .compose(known -> known.size() == 1
                        ? Future.succeededFuture()
                        : handler.prepare(event)
                                .compose(effect -> crash
                                        ? Future.failedFuture("crashed")
                                        : consumer.pool()
                                                .withTransaction(tx -> tx.preparedQuery(CLAIM)
                                                        .execute(Tuple.of(consumer.name(), event.id(), event.type()))
                                                        .compose(claimed -> claimed.rowCount() == 1
                                                                ? effect.apply(tx)
                                                                : Future.succeededFuture()))));
    }

    List<String> texts(String query, UUID booking) {
        List<String> found = new ArrayList<>();
        done(admin.preparedQuery(query).execute(Tuple.of(booking))).forEach(row -> found.add(row.getString(0)));
        return found;
    }

    static <T> T done(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("Not done in time", e);
        }
    }
}
