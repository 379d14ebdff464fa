package dev.vertxoutbox.demo;

import com.microsoft.playwright.APIRequest;
import com.microsoft.playwright.APIRequestContext;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A browser that is installed on this machine; none is downloaded. */
final class Chromium implements AutoCloseable {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

    private static final String ABSENT =
            "no browser found: install Chromium (apt-get install chromium) or set CHROMIUM to the path of one";

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    /** Skips the test, with a line that says why, when there is no browser; where {@code CI} is {@code true} it fails. */
    static Chromium start() {
        Optional<Path> installed = find(System.getenv());
        if (installed.isEmpty()) {
            if ("true".equals(System.getenv("CI"))) {
                throw new IllegalStateException(ABSENT);
            }
            System.err.println("The browser test is skipped, " + ABSENT);
            Assumptions.abort(ABSENT);
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            Browser browser = playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(installed.get())
                            .setArgs(List.of("--disable-gpu", "--disable-quic")));
            return new Chromium(playwright, browser);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    static Optional<Path> find(Map<String, String> environment) {
        String chosen = environment.get("CHROMIUM");
        Stream<Path> candidates = chosen != null
                ? Stream.of(Path.of(chosen))
                : Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)));
        return candidates.filter(Files::isExecutable).findFirst();
    }

    /** A client of a server without a page. */
    APIRequestContext client(String origin) {
        return playwright.request().newContext(new APIRequest.NewContextOptions().setBaseURL(origin));
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        playwright.close();
    }
}
