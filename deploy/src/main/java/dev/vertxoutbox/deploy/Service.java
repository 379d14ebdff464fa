package dev.vertxoutbox.deploy;

import java.util.Locale;

/** The three services, all of one image: the role is the command. */
enum Service {
    FLIGHT,
    RELAY,
    PAYMENT;

    /** The role on the command line of the image; also the name of its database user, log stream and construct. */
    String role() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The variable in which {@code migrate} takes the password of this service's database user. */
    String passwordVariable() {
        return name() + "_DATABASE_PASSWORD";
    }

    /** The database user that {@code migrate} makes for it, in the group role of its module. */
    String databaseUser() {
        return role() + "_service";
    }

    /** The name of its construct. */
    String id() {
        return name().charAt(0) + role().substring(1);
    }
}
