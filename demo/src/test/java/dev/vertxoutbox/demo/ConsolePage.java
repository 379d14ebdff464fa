package dev.vertxoutbox.demo;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ScreenshotAnimations;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The console as its viewers know it: by what is written on it. */
final class ConsolePage {

    private final Page page;

    private ConsolePage(Page page) {
        this.page = page;
    }

    /** Opens it and waits until it is live. */
    static ConsolePage open(Page page, String origin) {
        page.navigate(origin + "/console");
        ConsolePage console = new ConsolePage(page);
        page.getByRole(AriaRole.STATUS)
                .getByText("Live", new Locator.GetByTextOptions().setExact(true))
                .waitFor();
        console.button("Take it down").or(console.button("Bring it back")).waitFor();
        return console;
    }

    Page page() {
        return page;
    }

    void book(String from, String to, int fare) {
        field("From").fill(from);
        field("To").fill(to);
        field("Fare, EUR").fill(String.valueOf(fare));
        click("Book it");
    }

    void click(String button) {
        button(button).click();
    }

    Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    /** The word on how the last action ended. */
    Locator toast() {
        return page.locator("#toast");
    }

    /** What needs attention. */
    Locator news() {
        return list("What needs attention");
    }

    /** The number on a station of the path, such as {@code Outbox}. */
    Locator number(String station) {
        return station(station).locator("[data-number]");
    }

    /** What a station of the path says about itself. */
    Locator say(String station) {
        return station(station).locator("[data-say]");
    }

    /** The picture of a chart; its accessible name tells what is drawn. */
    Locator chart(String what) {
        return page.getByRole(
                AriaRole.IMG, new Page.GetByRoleOptions().setName(Pattern.compile("^" + what + " over five minutes")));
    }

    /** The rows of the table under a heading that have a text in them. */
    Locator rows(String heading, String text) {
        return page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(Pattern.compile("^" + heading)))
                .locator("tbody")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText(text));
    }

    Locator booking(String from, String to) {
        return rows("Newest bookings", from + " → " + to);
    }

    /** How far its content reaches beyond the right edge of the page, or of a panel, in pixels. */
    int overflow() {
        Object most = page.evaluate("Math.max(...[document.documentElement, ...document.querySelectorAll('.panel')]"
                + ".map(box => box.scrollWidth - box.clientWidth))");
        return ((Number) most).intValue();
    }

    /** Leaves a picture of the upper part, without the word that comes and goes. */
    void picture(String name) {
        toast().evaluate("toast => { toast.hidden = true; scrollTo(0, 0); }");
        page.screenshot(picture().setPath(file(name)));
    }

    /** Leaves a picture of the whole page as it is. */
    void wholePicture(String name) {
        page.screenshot(picture().setPath(file(name)).setFullPage(true));
    }

    private static Page.ScreenshotOptions picture() {
        return new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED);
    }

    private static Path file(String name) {
        return Path.of("target", "screenshots", name + ".png");
    }

    private Locator station(String name) {
        return page.getByRole(
                AriaRole.ARTICLE, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private Locator list(String label) {
        return page.getByRole(
                AriaRole.LIST, new Page.GetByRoleOptions().setName(label).setExact(true));
    }
}
