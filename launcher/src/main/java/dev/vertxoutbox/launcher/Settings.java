package dev.vertxoutbox.launcher;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All a process has to know, checked before anything starts; what its roles do not use is null and need not be set.
 *
 * @param roles never empty
 * @param passwords of the database users that the migrate role makes
 * @param cloudWatchNamespace where the process's metrics are in CloudWatch; null where it is not told
 */
record Settings(
        Set<Role> roles,
        DatabaseSettings database,
        ManagementSettings management,
        @Nullable SqsSettings sqs,
        @Nullable FlightSettings flight,
        @Nullable RelaySettings relay,
        @Nullable PaymentSettings payment,
        @Nullable TracingSettings tracing,
        Map<ServiceUser, String> passwords,
        @Nullable String cloudWatchNamespace) {

    /** @throws ConfigurationException when a variable that one of the roles uses is wrong or missing */
    static Settings from(Map<String, String> environment, Set<Role> roles) {
        Environment env = new Environment(environment);
        boolean queues = roles.stream().anyMatch(role -> role != Role.MIGRATE);
        Settings settings = new Settings(
                roles,
                DatabaseSettings.from(env),
                ManagementSettings.from(env),
                queues ? SqsSettings.from(env) : null,
                ifRole(roles, Role.FLIGHT, env, FlightSettings::from),
                ifRole(roles, Role.RELAY, env, RelaySettings::from),
                ifRole(roles, Role.PAYMENT, env, PaymentSettings::from),
                queues ? TracingSettings.from(env, roles) : null,
                roles.contains(Role.MIGRATE) ? ServiceUser.passwords(env) : Map.of(),
                CloudWatchMetrics.namespace(env));
        settings.checkPorts();
        return settings;
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return "Settings[roles=%s, database=%s, management=%s, sqs=%s, flight=%s, relay=%s, payment=%s, tracing=%s, passwords=%s, cloudWatchNamespace=%s]"
                .formatted(
                        roles,
                        database,
                        management,
                        sqs,
                        flight,
                        relay,
                        payment,
                        tracing,
                        passwords.keySet(),
                        cloudWatchNamespace);
    }

    /** The queues this process is configured to use. */
    Set<String> queueUrls() {
        Set<String> urls = new TreeSet<>();
        if (flight != null) {
            urls.add(flight.paymentQueueUrl());
        }
        if (relay != null) {
            urls.addAll(relay.routes().values());
        }
        if (payment != null) {
            urls.add(payment.flightQueueUrl());
        }
        return urls;
    }

    /** The tables that the roles use, which the migrate role makes. */
    Set<String> tables() {
        Set<String> tables = new TreeSet<>();
        tables.add("outbox.event");
        if (flight != null) {
            tables.addAll(Set.of("inbox.processed", "inbox.position", "flight.booking"));
        }
        if (relay != null) {
            tables.addAll(Set.of("outbox.parked_event", "outbox.archive"));
        }
        if (payment != null) {
            tables.addAll(Set.of("inbox.processed", "inbox.position", "payment.payment"));
        }
        return tables;
    }

    private static <T> @Nullable T ifRole(Set<Role> roles, Role role, Environment env, Function<Environment, T> from) {
        return roles.contains(role) ? from.apply(env) : null;
    }

    private void checkPorts() {
        if (flight != null && flight.httpPort() != 0 && flight.httpPort() == management.port()) {
            throw new ConfigurationException(
                    Variable.MANAGEMENT_PORT,
                    "is wrong: %d is also HTTP_PORT; the two need different ports".formatted(management.port()));
        }
    }
}
