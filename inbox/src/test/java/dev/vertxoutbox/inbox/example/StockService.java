package dev.vertxoutbox.inbox.example;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxConfig;
import dev.vertxoutbox.inbox.InboxEvent;
import dev.vertxoutbox.inbox.MalformedEventException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Reserves stock for each order once, whatever is delivered. */
public final class StockService {
    private final Inbox inbox;

    public StockService(Vertx vertx, Pool pool, SqsAsyncClient sqs, String queueUrl, MeterRegistry meters) {
        Map<String, EventHandler> handlers = Map.of("order.placed", EventHandler.transactional(this::reserve));
        inbox = new Inbox(vertx, pool, sqs, InboxConfig.of("stock", queueUrl), handlers, meters);
    }

    public Future<Void> start() {
        return inbox.start();
    }

    public Future<Void> stop() {
        return inbox.stop();
    }

    private Future<Void> reserve(SqlConnection tx, InboxEvent event) {
        String article = event.data().getString("article");
        if (article == null) {
            throw new MalformedEventException("data.article is missing");
        }
        return tx.preparedQuery("UPDATE stock SET reserved = reserved + 1 WHERE article = $1")
                .execute(Tuple.of(article))
                .mapEmpty();
    }
}
