package dev.vertxoutbox.launcher;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.postgresql.util.PasswordUtil;

/** The database user of a service, which has the rights of its module's group role and no others. */
enum ServiceUser {
    FLIGHT(Variable.FLIGHT_DATABASE_PASSWORD),
    RELAY(Variable.RELAY_DATABASE_PASSWORD),
    PAYMENT(Variable.PAYMENT_DATABASE_PASSWORD);

    /** Another process may make it for another database at the same time: roles are those of the whole server. */
    private static final String CREATE = """
            DO $$ BEGIN
                CREATE ROLE %1$s LOGIN;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
            END $$;
            GRANT %2$s TO %1$s
            """;

    private final Variable variable;

    ServiceUser(Variable variable) {
        this.variable = variable;
    }

    String user() {
        return name().toLowerCase(Locale.ROOT) + "_service";
    }

    String group() {
        return name().toLowerCase(Locale.ROOT) + "_app";
    }

    /** Those that are set. */
    static Map<ServiceUser, String> passwords(Environment env) {
        Map<ServiceUser, String> passwords = new EnumMap<>(ServiceUser.class);
        for (ServiceUser user : values()) {
            env.find(user.variable).ifPresent(password -> passwords.put(user, password));
        }
        return passwords;
    }

    /**
     * Makes it unless it exists, and sets its password. The server, whose log may have statements, gets a hash.
     *
     * @param connection of a user that may create roles and administers the group role, as the one that migrates does
     */
    void create(Connection connection, String password) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE.formatted(user(), group()));
            statement.execute(PasswordUtil.genAlterUserPasswordSQL(user(), password.toCharArray(), "scram-sha-256"));
        }
    }
}
