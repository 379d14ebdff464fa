package dev.vertxoutbox.flight;

import dev.vertxoutbox.inbox.Inbox;
import dev.vertxoutbox.inbox.InboxStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** What goes on behind the API: payment events are consumed, old idempotency keys deleted. */
final class PaymentsVerticle extends VerticleBase {

    private static final Duration CLEANER_LONGEST_PAUSE = Duration.ofMinutes(1);

    private final FlightConfig config;
    private final Pool pool;
    private final SqsAsyncClient sqs;
    private final MeterRegistry meters;
    private final OpenTelemetry openTelemetry;

    private volatile @Nullable Running running;

    private record Running(Inbox inbox, BackgroundLoop cleaner) {}

    /** @param pool stays the caller's to close */
    PaymentsVerticle(
            FlightConfig config, Pool pool, SqsAsyncClient sqs, MeterRegistry meters, OpenTelemetry openTelemetry) {
        this.config = config;
        this.pool = pool;
        this.sqs = sqs;
        this.meters = meters;
        this.openTelemetry = openTelemetry;
    }

    @Override
    public Future<?> start() {
        Inbox inbox =
                new Inbox(vertx, pool, sqs, config.payments(), new PaymentEvents().handlers(), meters, openTelemetry);
        BackgroundLoop cleaner = new BackgroundLoop(
                vertx, "idempotency-keys", CLEANER_LONGEST_PAUSE, meters, new KeyCleaner(new Database(pool)));
        return inbox.start().onSuccess(started -> {
            cleaner.start();
            running = new Running(inbox, cleaner);
        });
    }

    /** Lets payment events finish that are held. */
    @Override
    public Future<?> stop() {
        Running parts = running;
        return parts == null
                ? Future.succeededFuture()
                : Future.join(parts.inbox().stop(), parts.cleaner().stop());
    }

    /** To be called after the start. */
    InboxStatus status() {
        return Objects.requireNonNull(running).inbox().status();
    }
}
