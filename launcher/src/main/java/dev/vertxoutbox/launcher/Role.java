package dev.vertxoutbox.launcher;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process does. The order is the order of start. */
public enum Role {
    /** Brings the database schemas up to date; on its own the process then ends. */
    MIGRATE,
    /** Serves the booking API and follows payment events. */
    FLIGHT,
    /** Moves events from the outbox to their queues. */
    RELAY,
    /** Takes payments for bookings. */
    PAYMENT;

    /** The word for this role on the command line and in logs. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The roles that the words name; no word means every role.
     *
     * @throws ConfigurationException when a word names no role
     */
    static Set<Role> parse(Collection<String> words) {
        if (words.isEmpty()) {
            return EnumSet.allOf(Role.class);
        }
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String word : words) {
            roles.add(parse(word));
        }
        return roles;
    }

    private static Role parse(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new ConfigurationException("unknown role '%s': use %s, or no role at all for all of them"
                .formatted(word, Arrays.stream(values()).map(Role::word).collect(Collectors.joining(", "))));
    }
}
