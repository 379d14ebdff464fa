package dev.vertxoutbox.launcher;

/** What {@code --help} prints. */
final class Usage {
    private static final String ROLES = """
            Usage: java -jar outbox.jar [ROLE...]

            Roles; without any all four run in one process:
              migrate  bring the database schemas up to date; alone it exits when done
              flight   serve the booking API on HTTP_PORT
              relay    move events from the outbox to their queues
              payment  take payments for bookings

            Environment variables; AWS credentials come from the SDK's default chain:
            """;

    private Usage() {}

    static String text() {
        StringBuilder text = new StringBuilder(ROLES);
        for (Variable variable : Variable.values()) {
            text.append("  %-28s %s%n  %-28s Default: %s%n"
                    .formatted(variable.name(), variable.description().replace("`", ""), "", variable.fallback()));
        }
        return text.toString();
    }
}
