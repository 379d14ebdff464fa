package dev.vertxoutbox.faults;

/**
 * Something that must not be.
 *
 * @param subject of the events it is about, empty if it is about none in particular
 */
record Complaint(String subject, String text) {
    static Complaint about(String subject, String text) {
        return new Complaint(subject, text);
    }

    static Complaint of(String text) {
        return new Complaint("", text);
    }

    @Override
    public String toString() {
        return subject.isEmpty() ? text : subject + ": " + text;
    }
}
