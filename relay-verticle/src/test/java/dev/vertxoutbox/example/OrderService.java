package dev.vertxoutbox.example;

import dev.vertxoutbox.outbox.Outbox;
import dev.vertxoutbox.outbox.OutboxEvent;
import dev.vertxoutbox.relay.RelayConfig;
import dev.vertxoutbox.relay.RelayVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import java.util.UUID;

/** POST /orders places an order, DELETE /orders/{id} cancels it; either is announced to the queue. */
public final class OrderService {
    private final Pool pool;
    private final Outbox outbox;

    OrderService(Pool pool) {
        this.pool = pool;
        this.outbox = new Outbox(pool);
    }

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        PgConnectOptions database = PgConnectOptions.fromEnv();
        OrderService orders = new OrderService(
                PgBuilder.pool().connectingTo(database).using(vertx).build());
        RelayConfig relay = RelayConfig.of(database, Map.of("orders", args[1]));
        vertx.deployVerticle(new RelayVerticle(relay))
                .compose(relaying ->
                        vertx.createHttpServer().requestHandler(orders::handle).listen(Integer.parseInt(args[0])))
                .onSuccess(server -> System.out.println("ready on port " + server.actualPort()))
                .onFailure(Throwable::printStackTrace);
    }

    private void handle(HttpServerRequest request) {
        String id = request.path().substring(request.path().lastIndexOf('/') + 1);
        Future<String> answer = request.method().name().equals("DELETE")
                ? cancel(UUID.fromString(id))
                : request.body().compose(body -> place(body.toJsonObject()));
        answer.onSuccess(request.response()::end)
                .onFailure(failure -> request.response().setStatusCode(500).end());
    }

    Future<String> place(JsonObject order) {
        UUID id = UUID.randomUUID();
        OutboxEvent placed = OutboxEvent.of("orders", id.toString(), "order.placed", order);
        return pool.withTransaction(tx -> tx.preparedQuery("INSERT INTO orders (id, content) VALUES ($1, $2)")
                .execute(Tuple.of(id, order))
                .compose(inserted -> outbox.append(tx, placed))
                .map(id.toString()));
    }

    Future<String> cancel(UUID id) {
        OutboxEvent cancelled = OutboxEvent.of("orders", id.toString(), "order.cancelled", new JsonObject());
        // The UPDATE locks the order's row first: events of an order are then sent in the order of the commits.
        return pool.withTransaction(tx -> tx.preparedQuery("UPDATE orders SET open = false WHERE id = $1 AND open")
                .execute(Tuple.of(id))
                .compose(updated -> updated.rowCount() == 0
                        ? Future.succeededFuture("no such open order")
                        : outbox.append(tx, cancelled).map("cancelled")));
    }
}
