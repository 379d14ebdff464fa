package dev.vertxoutbox.flight;

import io.opentelemetry.api.trace.Span;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/**
 * Load shedding: while no more bookings can be taken in, a request for one is answered 503 in front of the router, before
 * anything is done for it. The less a refusal costs, the more is left for those that have been taken in: under twice the
 * load that can be served, half of all requests are refusals.
 *
 * <p>For use on one event loop.
 */
final class LoadShedding implements Handler<HttpServerRequest> {

    private static final String BOOKINGS = "/api/flights";
    private static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized(ProblemWriter.RETRY_AFTER_SECONDS);

    private final Handler<HttpServerRequest> router;
    private final BooleanSupplier full;
    private final RequestSpans spans;
    private final Refusal refusal = new Refusal.Unavailable(GroupCommit.refusal());
    private final Buffer body = refusal.problem().toJson().toBuffer();
    private final OutageLog outage = new OutageLog();

    /** @param full whether more bookings would be refused */
    LoadShedding(Handler<HttpServerRequest> router, BooleanSupplier full, RequestSpans spans) {
        this.router = router;
        this.full = full;
        this.spans = spans;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (HttpMethod.POST.equals(request.method()) && BOOKINGS.equals(request.path()) && full.getAsBoolean()) {
            refuse(request);
        } else {
            router.handle(request);
        }
    }

    private void refuse(HttpServerRequest request) {
        outage.report(refusal);
        Span span = spans.start(request);
        FlightRouter.addSecurityHeaders(request.response());
        request.response()
                .setStatusCode(refusal.problem().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .end(body)
                .onComplete(answered -> RequestSpans.end(span, request.response()));
    }
}
