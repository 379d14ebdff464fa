package dev.vertxoutbox.payment;

import dev.vertxoutbox.inbox.EventHandler;
import dev.vertxoutbox.outbox.Outbox;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The payment service without its consumer: its handlers, at a gateway that is asked once and may not answer. */
public final class PaymentSide {
    private PaymentSide() {}

    public static Map<String, EventHandler> handlers(
            Vertx vertx, Pool pool, SimulatedGatewayConfig config, RandomGenerator random) {
        PaymentGateway gateway = new SimulatedGateway(vertx, pool, () -> config, random);
        return new Payments(new PaymentStore(pool), event -> gateway, new Outbox(pool)).handlers();
    }
}
