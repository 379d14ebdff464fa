package dev.vertxoutbox.demo;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.List;

/** Asks axe-core what on a page is hard to use. */
final class Axe {

    private Axe() {}

    /** Of any impact: what is wrong, and where. */
    static List<String> findings(Page page) {
        AxeRunOptions options = new AxeRunOptions();
        options.setResultTypes(List.of("violations"));
        // There is one frame; the other mode opens a second page to gather from several.
        return new AxeBuilder(page)
                .options(options).setLegacyMode(true).analyze().getViolations().stream()
                        .map(rule -> "%s: %s %s".formatted(rule.getImpact(), rule.getHelp(), rule.getNodes()))
                        .toList();
    }
}
