package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.launcher.Operation;
import dev.vertxoutbox.launcher.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console of a process: its operations of the management contract, and what feeds them. */
public final class Console {

    private static final Logger log = LoggerFactory.getLogger(Console.class);
    private static final long SECOND_MILLIS = 1_000;
    private static final long QUEUES_MILLIS = 2_000;
    private static final int BOOKINGS = 12;

    private final Vertx vertx;
    private final Subject subject;
    private final Sampler sampler;
    private final ConsoleFiles files;
    private final @Nullable BookingApi api;
    private final BookingDesk desk;
    private final Feed outbox;
    private final Feed queues;
    private final @Nullable Feed bookings;
    private final Part state = new Part("state");
    private final Part flights = new Part("bookings");
    private final Part events = new Part("events");
    private final Viewers viewers = new Viewers(List.of(state, flights, events), this::watch, this::rest);
    private @Nullable Context context;
    private boolean hasSandbox;
    private long timer;

    /** @param meters those of the process */
    public Console(Vertx vertx, MeterRegistry meters, Subject subject) {
        this.vertx = vertx;
        this.subject = subject;
        this.sampler = new Sampler(meters, new State(subject));
        this.files = new ConsoleFiles(vertx);
        Subject.Flight flight = subject.flight();
        BookingApi open = flight != null && flight.open() ? new BookingApi(vertx, flight) : null;
        this.api = open;
        this.desk = new BookingDesk(flight, open);
        OutboxView view = new OutboxView(subject.outbox());
        this.outbox = new Feed(vertx, "outbox", SECOND_MILLIS, view::look, this::show);
        this.queues = new Feed(
                vertx,
                "queues",
                QUEUES_MILLIS,
                () -> subject.queues().get().map(list -> new JsonObject().put("queues", list)),
                () -> {});
        this.bookings = open == null
                ? null
                : new Feed(vertx, "bookings", SECOND_MILLIS, () -> open.newest(BOOKINGS), this::show);
    }

    /** Its operations, by their ids in the contract; to be called on the event loop that called {@link #serve}. */
    public Map<String, Operation> operations() {
        return Map.of(
                "console", ctx -> files.send(ctx, "index.html"),
                "consoleFile", ctx -> files.send(ctx, ctx.pathParam("file")),
                "consoleStream", this::stream,
                "bookFromConsole", ctx -> desk.book(ctx, this::refreshBookings));
    }

    /**
     * Adds what is served beside the contract, and starts to sample, on the event loop that this is called on.
     *
     * @param router has all other routes by now: where {@code GET /sandbox} is among them, viewers are told
     */
    public void serve(Router router) {
        context = vertx.getOrCreateContext();
        hasSandbox = router.getRoutes().stream().anyMatch(route -> "/sandbox".equals(route.getPath()));
        new SwaggerUi(vertx).mount(router);
        router.get("/").handler(ctx -> ctx.redirect("/console").otherwiseEmpty());
        timer = vertx.setPeriodic(SECOND_MILLIS, tick -> tick());
    }

    /** Ends all streams. Never fails. */
    public Future<Void> close() {
        Context serving = context;
        if (serving == null) {
            return closeApi();
        }
        Promise<Void> closed = Promise.promise();
        serving.runOnContext(run -> {
            vertx.cancelTimer(timer);
            viewers.close();
            closeApi().onComplete(closed);
        });
        return closed.future();
    }

    private Future<Void> closeApi() {
        return api == null ? Future.succeededFuture() : api.close().otherwiseEmpty();
    }

    private void tick() {
        try {
            JsonObject now = sampler.sample(outbox.latest());
            if (!viewers.isEmpty()) {
                JsonObject depths = queues.latest();
                state.set(depths == null ? now : now.mergeIn(depths));
                viewers.show();
            }
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("The console cannot read the meters");
        }
    }

    private Future<Void> stream(RoutingContext ctx) {
        if (viewers.isFull()) {
            return Future.failedFuture(
                    new ProblemException(503, "%d watch already, which is the limit".formatted(Viewers.MOST)));
        }
        Buffer beginning = Part.event("hello", hello(ctx)).appendBuffer(Part.event("history", sampler.history()));
        viewers.add(ctx.response(), beginning);
        return Future.succeededFuture();
    }

    private JsonObject hello(RoutingContext ctx) {
        JsonObject hello = new JsonObject()
                .put("roles", new JsonArray(List.copyOf(subject.roles())))
                .put("access", subject.access().apply(ctx.request()))
                .put("sandbox", hasSandbox);
        int port = apiPort();
        if (port > 0) {
            hello.put("apiPort", port);
        }
        String obstacle = desk.obstacle();
        return obstacle == null ? hello : hello.put("cannotBook", obstacle);
    }

    private int apiPort() {
        try {
            return subject.flight() == null ? 0 : subject.flight().port().getAsInt();
        } catch (IllegalStateException notStarted) {
            return 0;
        }
    }

    private void watch() {
        feeds().forEach(Feed::start);
    }

    private void rest() {
        feeds().forEach(Feed::stop);
        List.of(state, flights, events).forEach(part -> part.set(null));
    }

    private List<Feed> feeds() {
        List<Feed> feeds = new ArrayList<>(List.of(outbox, queues));
        if (bookings != null) {
            feeds.add(bookings);
        }
        return feeds;
    }

    private void refreshBookings() {
        if (bookings != null) {
            bookings.refresh();
        }
    }

    private void show() {
        if (bookings != null) {
            flights.set(bookings.latest());
        }
        JsonObject looked = outbox.latest();
        events.set(looked == null ? null : looked.getJsonObject("events", looked));
        viewers.show();
    }
}
