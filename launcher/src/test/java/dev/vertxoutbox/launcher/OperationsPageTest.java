package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.flight.FlightConfig;
import dev.vertxoutbox.flight.FlightVerticle;
import dev.vertxoutbox.payment.PaymentConfig;
import dev.vertxoutbox.payment.PaymentVerticle;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import dev.vertxoutbox.relay.RelayConfig;
import dev.vertxoutbox.relay.RelayVerticle;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@ExtendWith(VertxExtension.class)
class OperationsPageTest {
    /** The working directory of tests is the module's. */
    private static final Path PAGE = Path.of("..", "docs", "operations.md");

    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(\\w+)` \\| (counter|gauge|summary|histogram) \\| ([^|]*) \\|");
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\w+) (\\w+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

    @Test
    void tablesOfMetricsAreWhatTheRolesRegister(Vertx vertx) throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Neither is reached; all roles start without.
        PgConnectOptions database = new PgConnectOptions().setHost("127.0.0.1").setPort(1);
        RelayConfig config = RelayConfig.of(database, Map.of("orders", "http://127.0.0.1:1/orders.fifo"))
                .withArchiveDays(1);
        PaymentConfig payment = PaymentConfig.of(
                database, "http://127.0.0.1:1/flights.fifo", SimulatedGatewayConfig.of(BigDecimal.TEN));
        FlightConfig flight =
                FlightConfig.of(database, "http://127.0.0.1:1/payments.fifo").withHttpPort(0);
        try (SqsAsyncClient sqs = SqsAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build()) {
            vertx.deployVerticle(new RelayVerticle(config, sqs, registry)).await(10, TimeUnit.SECONDS);
            vertx.deployVerticle(new PaymentVerticle(payment, sqs, registry)).await(10, TimeUnit.SECONDS);
            vertx.deployVerticle(new FlightVerticle(flight, sqs, registry)).await(20, TimeUnit.SECONDS);

            Map<String, String> ofRoles = documented();
            // Those of the process itself are held to it by ObservabilityIT.
            ofRoles.keySet().removeIf(name -> name.matches("(vertx|jvm|process)_.*"));
            assertThat(ofRoles).isEqualTo(exposed(registry.scrape()));
        }
    }

    /** Type and labels by name. */
    static Map<String, String> documented() throws IOException {
        Map<String, String> metrics = new TreeMap<>();
        Matcher rows = ROW.matcher(Files.readString(PAGE));
        while (rows.find()) {
            String labels = rows.group(3).replace("`", "").equals("none")
                    ? ""
                    : rows.group(3).replace("`", "");
            metrics.put(rows.group(1), rows.group(2) + " " + labels);
        }
        return metrics;
    }

    static Map<String, String> exposed(String scrape) {
        Map<String, String> metrics = new TreeMap<>();
        for (MatchResult family : FAMILY.matcher(scrape).results().toList()) {
            String name = family.group(1);
            String samples = Pattern.compile("(?m)^" + name + "(_bucket|_count|_sum)?\\{.*")
                    .matcher(scrape)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining("\n"));
            TreeSet<String> labels = LABEL.matcher(samples)
                    .results()
                    .map(label -> label.group(1))
                    .filter(label -> !label.equals("le"))
                    .collect(Collectors.toCollection(TreeSet::new));
            metrics.put(name, family.group(2) + " " + String.join(", ", labels));
        }
        // The greatest of a histogram or summary comes with it.
        metrics.keySet().removeIf(name -> name.endsWith("_max") && metrics.containsKey(name.replaceFirst("_max$", "")));
        return metrics;
    }
}
