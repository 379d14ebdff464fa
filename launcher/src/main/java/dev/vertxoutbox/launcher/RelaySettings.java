package dev.vertxoutbox.launcher;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the relay role reads.
 *
 * @param routes queue URL by topic
 * @param archiveDays 0: sent events are not kept
 */
record RelaySettings(Map<String, String> routes, Duration pollInterval, int concurrency, int archiveDays) {
    static RelaySettings from(Environment env) {
        return new RelaySettings(
                routes(env),
                env.duration(
                        Variable.RELAY_POLL_INTERVAL,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(50),
                        Duration.ofHours(1)),
                env.integer(Variable.RELAY_CONCURRENCY, 8, 1, 64),
                env.integer(Variable.OUTBOX_ARCHIVE_DAYS, 0, 0, 3650));
    }

    private static Map<String, String> routes(Environment env) {
        Optional<String> given = env.find(Variable.RELAY_ROUTES);
        if (given.isEmpty()) {
            return Map.of(
                    "flight", env.queueUrl(Variable.FLIGHT_QUEUE_URL),
                    "payment", env.queueUrl(Variable.PAYMENT_QUEUE_URL));
        }
        Map<String, String> routes = new LinkedHashMap<>();
        for (String pair : given.get().split(",", -1)) {
            int equals = pair.indexOf('=');
            String topic = equals < 0 ? "" : pair.substring(0, equals).strip();
            if (topic.isEmpty()) {
                throw env.wrong(Variable.RELAY_ROUTES, "a list of topic=queue URL pairs separated by commas");
            }
            String url = Environment.parseQueueUrl(
                    Variable.RELAY_ROUTES, pair.substring(equals + 1).strip());
            if (routes.put(topic, url) != null) {
                throw new ConfigurationException(
                        Variable.RELAY_ROUTES, "is wrong: topic '" + topic + "' is routed twice");
            }
        }
        return Map.copyOf(routes);
    }
}
