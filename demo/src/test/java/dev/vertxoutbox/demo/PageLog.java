package dev.vertxoutbox.demo;

import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What goes on behind a page: its requests, and all that a viewer would not like to see in the developer tools. */
final class PageLog {

    /** A violated Content-Security-Policy and an answer from 400 on are errors of the browser's console. */
    private static final Set<String> BAD = Set.of("error", "warning", "assert");

    private final String origin;
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();

    private PageLog(String origin) {
        this.origin = origin;
    }

    /** @param origin where the page comes from; all that it asks elsewhere for is a complaint */
    static PageLog of(Page page, String origin) {
        PageLog log = new PageLog(origin);
        page.onConsoleMessage(log::add);
        page.onPageError(error -> log.complaints.add("error: " + error));
        page.onRequest(log::add);
        return log;
    }

    List<String> requests() {
        return List.copyOf(requests);
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void add(ConsoleMessage message) {
        if (BAD.contains(message.type())) {
            complaints.add("console %s: %s (%s)".formatted(message.type(), message.text(), message.location()));
        }
    }

    private void add(Request request) {
        requests.add(request.url());
        if (!request.url().startsWith(origin + "/")) {
            complaints.add("request to another host: " + request.url());
        }
    }
}
