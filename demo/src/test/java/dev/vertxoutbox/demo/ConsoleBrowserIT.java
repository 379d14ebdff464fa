package dev.vertxoutbox.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plays the README's walkthrough in a browser. Each test leaves a picture in {@code target/screenshots}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleBrowserIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int WEIGHT_LIMIT_BYTES = 300_000;

    private Chromium chromium;
    private Demo demo;
    private String origin;
    private APIRequestContext management;
    private Pool database;
    private BrowserContext context;
    private ConsolePage console;
    private PageLog log;

    @BeforeAll
    void start() {
        chromium = Chromium.start();
        setDefaultAssertionTimeout((double) SOON.toMillis());
        demo = Demo.start(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
        origin = "http://localhost:" + demo.managementPort();
        management = chromium.client(origin);
        database = PgBuilder.pool().connectingTo(demo.database()).build();
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            database.close().await();
            demo.close();
        }
    }

    @BeforeEach
    void openWhenAllIsWell() {
        List.of("/sandbox/queue/up", "/sandbox/gateway/normal", "/relay/resume")
                .forEach(path ->
                        assertThat(management.post(path).status()).as(path).isEqualTo(200));
        events("parked").forEach(event -> management.delete("/outbox/events/" + id(event)));
        await().atMost(SOON).until(() -> events("pending").isEmpty());
        open(Look.LIGHT);
        assertThat(console.news()).hasText("All is well.");
    }

    @AfterEach
    void nothingIsWrongBehindThePage(TestInfo test) {
        try {
            console.wholePicture(test.getTestMethod().orElseThrow().getName());
            assertThat(log.complaints()).isEmpty();
        } finally {
            context.close();
        }
    }

    @Test
    void bookedFlightIsConfirmedLive() {
        int booked = Integer.parseInt(console.number("Bookings").textContent());

        console.book("Lyon LYS", "Turin TRN", 240);

        assertThat(console.toast()).hasText("Booked. Its payment follows.");
        Locator row = console.booking("Lyon LYS", "Turin TRN");
        assertThat(row).containsText("€240.00");
        assertThat(console.number("Payments")).hasText(String.valueOf(booked + 1));
        console.picture("console");
        assertThat(row).containsText("confirmed");
        assertThat(console.number("Bookings")).hasText(String.valueOf(booked + 1));
        assertThat(console.number("Outbox")).hasText("0");
    }

    @Test
    void eventsOfAQueueThatIsDownWaitAndDrainWhenItReturns() {
        long before = confirmed();
        console.click("Take it down");
        assertThat(console.button("Bring it back")).isVisible();
        console.click("Book a hundred");
        assertThat(console.toast()).hasText("100 flights booked.");
        console.book("Bergen BGO", "Split SPU", 99);

        Locator last = console.booking("Bergen BGO", "Split SPU");
        assertThat(last).containsText("pending");
        assertThat(console.say("Outbox")).containsText(Pattern.compile("oldest: [3-9]"));
        assertThat(console.number("Outbox")).hasText("101");
        assertThat(console.chart("Events waiting")).hasAccessibleName(Pattern.compile("now 101, at most 101$"));
        assertThat(console.say("Relay")).hasText("circuit open: flight");
        assertThat(console.news()).containsText("nothing is lost");
        assertThat(console.rows("Waiting events", "flight.booked")).hasCount(8);
        assertThat(last).containsText("pending");
        console.picture("console-queue-down");

        console.click("Bring it back");

        assertThat(last).containsText("confirmed");
        assertThat(console.number("Outbox")).hasText("0");
        assertThat(console.chart("Events waiting")).hasAccessibleName(Pattern.compile("now 0, at most 101$"));
        assertThat(console.rows("Newest bookings", "confirmed")).hasCount(12);
        assertThat(console.news()).hasText("All is well.");
        assertThat(confirmed()).isEqualTo(before + 101);
    }

    @Test
    void parkedEventIsRetriedOrDiscarded() {
        execute("INSERT INTO outbox.event (topic, subject, type, data) VALUES"
                + " ('typo', 'a', 'hello.mended', '{}'), ('nowhere', 'b', 'hello.nobody', '{}')");
        Locator mended = console.rows("Parked events", "hello.mended");
        Locator nobody = console.rows("Parked events", "hello.nobody");
        assertThat(mended).containsText("typo");
        assertThat(nobody).containsText("nowhere");
        assertThat(console.say("Outbox")).containsText("2 parked");
        execute("UPDATE outbox.parked_event SET topic = 'flight' WHERE topic = 'typo'");

        console.click("Retry hello.mended of a");
        assertThat(console.toast()).hasText("Back in the outbox: 1 event.");
        assertThat(mended).hasCount(0);
        console.click("Discard hello.nobody of b");
        console.click("Keep it");
        assertThat(nobody).hasCount(1);
        console.click("Discard hello.nobody of b");
        console.click("Discard it");

        assertThat(console.toast()).hasText("Discarded.");
        assertThat(nobody).hasCount(0);
        assertThat(console.news()).hasText("All is well.");
        assertThat(events("parked")).isEmpty();
        assertThat(events("pending")).isEmpty();
    }

    @Test
    void pausedTopicWaitsUntilItIsResumed() {
        console.click("Pause flight");
        assertThat(console.news()).hasText("Paused: flight. Events of it wait.");
        console.book("Cork ORK", "Graz GRZ", 80);
        assertThat(console.number("Outbox")).hasText("1");
        assertThat(console.rows("Relay", "payment")).containsText("sending");
        assertThat(console.booking("Cork ORK", "Graz GRZ")).containsText("pending");

        console.click("Resume flight");

        assertThat(console.booking("Cork ORK", "Graz GRZ")).containsText("confirmed");
        assertThat(console.news()).hasText("All is well.");
    }

    @Test
    void bookingsAreConfirmedAfterTheSessionsOfTheRelayWereKilled() {
        console.click("Kill them");
        assertThat(console.toast()).hasText(Pattern.compile("Killed [1-9]\\d* database sessions? of the relay\\."));

        console.book("Porto OPO", "Malta MLA", 130);

        assertThat(console.booking("Porto OPO", "Malta MLA")).containsText("confirmed");
        assertThat(console.say("Relay")).hasText("hears every commit");
    }

    @Test
    void bookingIsRejectedWhenTheGatewayDeclinesAndWaitsWhileItIsSilent() {
        console.click("Declines");
        assertThat(console.button("Declines")).hasAttribute("aria-pressed", "true");
        console.book("Basel BSL", "Corfu CFU", 110);
        assertThat(console.booking("Basel BSL", "Corfu CFU")).containsText("rejected");

        console.click("Is silent");
        assertThat(console.button("Is silent")).hasAttribute("aria-pressed", "true");
        console.book("Nice NCE", "Kos KGS", 110);
        assertThat(console.say("Payments")).hasText("the gateway is silent");
        assertThat(console.news()).containsText("nobody is charged twice");
        assertThat(console.booking("Nice NCE", "Kos KGS")).containsText("pending");

        console.click("Normal");
        assertThat(console.booking("Nice NCE", "Kos KGS")).containsText("confirmed");
        assertThat(console.news()).hasText("All is well.");
    }

    @Test
    void keyboardIsEnough() {
        tabTo(console.field("From"));
        console.page().keyboard().type("Bremen BRE");
        tabTo(console.field("To"));
        console.page().keyboard().type("Palma PMI");
        console.page().keyboard().press("Enter");
        assertThat(console.booking("Bremen BRE", "Palma PMI")).containsText("confirmed");

        tabTo(console.button("Take it down"));
        console.page().keyboard().press("Space");
        assertThat(console.button("Bring it back")).isFocused();
        console.picture("keyboard");
        console.page().keyboard().press("Enter");
        assertThat(console.button("Take it down")).isFocused();
    }

    @Test
    void pageIsLightAndAsksNobodyElse() {
        Number bytes = (Number) console.page()
                .evaluate("['navigation', 'resource'].flatMap(type => performance.getEntriesByType(type))"
                        + ".reduce((sum, entry) => sum + entry.transferSize, 0)");

        assertThat(bytes.intValue()).isBetween(20_000, WEIGHT_LIMIT_BYTES);
        assertThat(log.requests()).contains(origin + "/console/stream").hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(Look.class)
    void looksWellInCalmAndInTrouble(Look look) {
        open(look);
        console.book("London LHR", look.destination(), 75);
        assertThat(console.booking("London LHR", look.destination()).first()).containsText("confirmed");
        console.picture("calm-" + look);
        assertNothingIsHardToUse();

        execute("INSERT INTO outbox.event (topic, subject, type, data) VALUES"
                + " ('nowhere', 'a-subject-with-a-rather-long-name', 'hello.world', '{}')");
        assertThat(console.rows("Parked events", "hello.world")).containsText("nowhere");
        assertThat(console.news()).containsText("One event is parked.");
        console.picture("parked-" + look);
        console.click("Take it down");
        console.click("Book it");
        assertThat(console.say("Relay")).hasText("circuit open: flight");
        console.picture("trouble-" + look);
        console.wholePicture("whole-" + look);
        assertNothingIsHardToUse();
    }

    private void assertNothingIsHardToUse() {
        assertThat(console.overflow()).as("pixels to scroll sideways").isZero();
        assertThat(Axe.findings(console.page())).isEmpty();
    }

    /** Presses Tab until an element has the focus; wherever the focus stops by it is to be seen. */
    private void tabTo(Locator target) {
        Page page = console.page();
        for (int presses = 0; presses < 40; presses++) {
            page.keyboard().press("Tab");
            assertThat((String) page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
                    .as("outline of %s", page.evaluate("document.activeElement.outerHTML"))
                    .isEqualTo("solid");
            if ((Boolean) target.evaluate("element => element === document.activeElement")) {
                return;
            }
        }
        throw new AssertionError("Tab does not lead to " + target);
    }

    private void open(Look look) {
        if (context != null) {
            context.close();
        }
        context = chromium.browser().newContext(look.options());
        Page page = context.newPage();
        log = PageLog.of(page, origin);
        console = ConsolePage.open(page, origin);
    }

    private List<JsonObject> events(String state) {
        String answer = management.get("/outbox/events?state=" + state).text();
        return new JsonObject(answer)
                .getJsonArray("events").stream().map(JsonObject.class::cast).toList();
    }

    private static String id(JsonObject event) {
        return event.getString("id");
    }

    private long confirmed() {
        return execute("SELECT count(*) FROM flight.booking WHERE status = 'CONFIRMED'")
                .iterator()
                .next()
                .getLong(0);
    }

    private RowSet<Row> execute(String sql) {
        return database.query(sql).execute().await();
    }
}
