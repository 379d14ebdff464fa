package dev.vertxoutbox.demo;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.pgclient.PgBuilder;
import io.vertx.sqlclient.Pool;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What operators do in a browser beside the walkthrough: redrive, and try operations out on the pages of both APIs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperatorBrowserIT {

    private static final double SOON_MILLIS = 30_000;

    private Chromium chromium;
    private Demo demo;
    private BrowserContext context;

    @BeforeAll
    void start() {
        chromium = Chromium.start();
        setDefaultAssertionTimeout(SOON_MILLIS);
        demo = Demo.start(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0", "CONSUMER_WAIT_SECONDS", "1"));
    }

    @AfterAll
    void stop() {
        if (chromium != null) {
            chromium.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    @BeforeEach
    void open() {
        context = chromium.browser().newContext();
        context.setDefaultTimeout(SOON_MILLIS);
    }

    @AfterEach
    void close() {
        context.close();
    }

    @Test
    void flightIsBookedFromTheExample() {
        assertThat(tryOut(demo.httpPort(), "bookFlight")).hasText("201");
    }

    @Test
    void topicsArePausedAndResumedThroughTheManagementApi() {
        assertThat(tryOut(demo.managementPort(), "pauseRelay")).hasText("200");
        assertThat(tryOut(demo.managementPort(), "resumeRelay")).hasText("200");
    }

    @Test
    void deadLettersAreCountedAndSentBack() {
        Pool database = PgBuilder.pool().connectingTo(demo.database()).build();
        database.query(
                        "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('flight', 'c', 'flight.booked', '{}')")
                .execute()
                .eventually(database::close)
                .await();
        ConsolePage console = ConsolePage.open(context.newPage(), "http://localhost:" + demo.managementPort());
        Locator deadLetters =
                console.rows("Queues", "flight-events.fifo").locator("td").nth(2);
        assertThat(deadLetters).hasText("1");

        console.click("Redrive dead letters of flight-events.fifo");

        assertThat(console.toast()).hasText("On their way back: about 1.");
    }

    /** Executes an operation as its page proposes it; returns the status of the answer. */
    private Locator tryOut(int port, String operation) {
        String origin = "http://localhost:" + port;
        Page page = context.newPage();
        PageLog log = PageLog.of(page, origin);
        page.navigate(origin + "/swagger-ui/index.html");
        Locator block = page.locator("[id$=-" + operation + "]");
        block.getByRole(AriaRole.BUTTON).first().click();
        block.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Execute"))
                .click();
        Locator status = block.locator(".live-responses-table tbody .response-col_status");
        status.waitFor();
        assertThat(log.complaints()).isEmpty();
        return status;
    }
}
