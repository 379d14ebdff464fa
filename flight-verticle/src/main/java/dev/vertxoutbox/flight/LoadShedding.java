package dev.vertxoutbox.flight;

import io.opentelemetry.api.trace.Span;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;

/**
 * Load shedding: while no more bookings can be taken in, a request for one is answered 503 in front of the router, before
 * anything is done for it. The less a refusal costs, the more is left for those that have been taken in: under twice the
 * load that can be served, half of all requests are refusals.
 *
 * <p>A refusal is held back for {@value #HOLD_MILLIS} ms. A client that asks again as soon as it is refused, in spite of
 * {@code Retry-After}, would otherwise cost more than those that are served.
 *
 * <p>For use on one event loop.
 */
final class LoadShedding implements Handler<HttpServerRequest> {

    private static final int HOLD_MILLIS = 200;

    /** Refusals held back at a time; more are answered at once. */
    private static final int MOST_HELD = 10_000;

    private static final String BOOKINGS = "/api/flights";
    private static final CharSequence MEDIA_TYPE = HttpHeaders.createOptimized(Problem.MEDIA_TYPE);
    private static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized(ProblemWriter.RETRY_AFTER_SECONDS);

    private final Vertx vertx;
    private final Handler<HttpServerRequest> router;
    private final BooleanSupplier admission;
    private final RequestSpans spans;
    private final Refusal refusal = new Refusal.Unavailable(GroupCommit.refusal());
    private final Buffer body = refusal.problem().toJson().toBuffer();
    private final OutageLog outage = new OutageLog();

    private int held;

    /** @param admission asked once for each request for a booking: whether it is taken in */
    LoadShedding(Vertx vertx, Handler<HttpServerRequest> router, BooleanSupplier admission, RequestSpans spans) {
        this.vertx = vertx;
        this.router = router;
        this.admission = admission;
        this.spans = spans;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (HttpMethod.POST.equals(request.method()) && BOOKINGS.equals(request.path()) && !admission.getAsBoolean()) {
            refuse(request);
        } else {
            router.handle(request);
        }
    }

    private void refuse(HttpServerRequest request) {
        outage.report(refusal);
        Span span = spans.start(request);
        if (held == MOST_HELD) {
            answer(request.response(), span);
            return;
        }
        held++;
        vertx.setTimer(HOLD_MILLIS, fired -> {
            held--;
            answer(request.response(), span);
        });
    }

    private void answer(HttpServerResponse response, Span span) {
        if (response.closed()) {
            RequestSpans.end(span, response);
            return;
        }
        FlightRouter.addSecurityHeaders(response);
        response.setStatusCode(refusal.problem().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MEDIA_TYPE)
                .putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .end(body)
                .onComplete(answered -> RequestSpans.end(span, response));
    }
}
