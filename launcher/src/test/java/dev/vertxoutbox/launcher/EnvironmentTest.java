package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vertxoutbox.flight.Authorization;
import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import io.vertx.pgclient.SslMode;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {
    private static final Map<String, String> COMPLETE = Map.of(
            "AWS_REGION", "eu-west-1",
            "FLIGHT_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/flight-events.fifo",
            "PAYMENT_QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/1/payment-events.fifo");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PGHOST               | /var/run/postgresql
            PGHOST               | a,b
            PGPORT               | 0
            PGPORT               | 65536
            PGPORT               | x
            PGSSLMODE            | maybe
            PGSSLMODE            | PREFER
            AWS_REGION           | EU West
            AWS_ENDPOINT_URL_SQS | localhost:9324
            AWS_ENDPOINT_URL_SQS | ftp://localhost
            AWS_ENDPOINT_URL_SQS | http://
            AWS_ENDPOINT_URL_SQS | http://a b
            FLIGHT_QUEUE_URL     | flight-events.fifo
            FLIGHT_QUEUE_URL     | https://sqs.eu-west-1.amazonaws.com/1/flight-events
            PAYMENT_QUEUE_URL    | file:///payment.fifo
            HTTP_PORT            | -1
            HTTP_PORT            | 65536
            HTTP_PORT            | 8080.0
            HTTP_PORT            | 99999999999
            HTTP_MAX_CONNECTIONS | 0
            HTTP_MAX_CONNECTIONS | many
            AUTH_JWKS_URL        | not a url
            AUTH_JWKS_URL        | ftp://id.example/keys
            MANAGEMENT_PORT      | http
            MANAGEMENT_PORT      | 8080
            MANAGEMENT_TOKEN     | two words
            RELAY_POLL_INTERVAL  | 1s
            RELAY_POLL_INTERVAL  | PT0S
            RELAY_POLL_INTERVAL  | PT-1S
            RELAY_POLL_INTERVAL  | PT2H
            CONSUMER_WAIT_SECONDS | 0
            CONSUMER_WAIT_SECONDS | 21
            CONSUMER_WAIT_SECONDS | PT2S
            RELAY_CONCURRENCY    | 0
            RELAY_CONCURRENCY    | 65
            OUTBOX_ARCHIVE_DAYS  | -1
            OUTBOX_ARCHIVE_DAYS  | 3651
            OUTBOX_ARCHIVE_DAYS  | P7D
            RELAY_ROUTES         | flight
            RELAY_ROUTES         | =http://localhost/a.fifo
            RELAY_ROUTES         | flight=
            RELAY_ROUTES         | flight=http://localhost/a
            RELAY_ROUTES         | a=http://h/a.fifo,
            RELAY_ROUTES         | a=http://h/a.fifo,a=http://h/b.fifo
            OTEL_EXPORTER_OTLP_ENDPOINT  | localhost:4318
            OTEL_EXPORTER_OTLP_ENDPOINT  | grpc://localhost
            PAYMENT_LIMIT        | lots
            PAYMENT_LIMIT        | -1
            PAYMENT_LIMIT        | 1e9
            PAYMENT_LIMIT        | 0.001
            PAYMENT_LIMIT        | 1000000001
            PAYMENT_GATEWAY_LATENCY      | 1s
            PAYMENT_GATEWAY_LATENCY      | PT-1S
            PAYMENT_GATEWAY_LATENCY      | PT61S
            PAYMENT_GATEWAY_ERROR_RATE   | often
            PAYMENT_GATEWAY_ERROR_RATE   | -0.1
            PAYMENT_GATEWAY_ERROR_RATE   | 1.01
            PAYMENT_GATEWAY_ERROR_RATE   | 5%
            PAYMENT_GATEWAY_DECLINE_RATE | 2
            PAYMENT_GATEWAY_DECLINE_RATE | 1e-3
            PAYMENT_GATEWAY_DECLINE_RATE | .5
            CLOUDWATCH_NAMESPACE | AWS/SQS
            CLOUDWATCH_NAMESPACE | two words
            """)
    void badValueIsRefusedInOneLineThatNamesTheVariable(String variable, String value) {
        assertThatThrownBy(() -> settings(Map.of(variable, value)))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .startsWith(variable + " is wrong: ")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource({
        "AWS_REGION,        RELAY",
        "FLIGHT_QUEUE_URL,  RELAY",
        "FLIGHT_QUEUE_URL,  PAYMENT",
        "PAYMENT_QUEUE_URL, RELAY",
        "PAYMENT_QUEUE_URL, FLIGHT"
    })
    void missingVariableIsNamedToTheRoleThatUsesIt(String variable, Role role) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        environment.remove(variable);

        assertThatThrownBy(() -> Settings.from(environment, Set.of(role)))
                .isInstanceOf(ConfigurationException.class)
                .message()
                .startsWith(variable + " is not set: ");
    }

    @Test
    void authorizationIsOffUnlessAllOfItIsSet() {
        Map<String, String> complete = Map.of(
                "AUTH_JWKS_URL", "https://id.example/keys", "AUTH_ISSUER", "https://id.example", "AUTH_AUDIENCE", "a");

        assertThat(Objects.requireNonNull(settings(Map.of()).flight()).authorization())
                .isNull();
        assertThat(Objects.requireNonNull(settings(complete).flight()).authorization())
                .isEqualTo(new Authorization(URI.create("https://id.example/keys"), "https://id.example", "a"));
        for (String variable : complete.keySet()) {
            Map<String, String> incomplete = new HashMap<>(complete);
            incomplete.remove(variable);
            assertThatThrownBy(() -> settings(incomplete))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("AUTH_JWKS_URL")
                    .message()
                    .startsWith("AUTH_")
                    .hasLineCount(1);
        }
    }

    @Test
    void signingKeysAreNotReadOverAnOpenNetwork() {
        assertThatThrownBy(() -> settings(
                        Map.of("AUTH_JWKS_URL", "http://id.example/keys", "AUTH_ISSUER", "i", "AUTH_AUDIENCE", "a")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("AUTH_JWKS_URL is wrong: ");
    }

    @Test
    void roleNeedsNoVariableThatItDoesNotUse() {
        assertThat(Settings.from(Map.of(), Set.of(Role.MIGRATE)).sqs()).isNull();
        assertThat(Settings.from(without("FLIGHT_QUEUE_URL"), Set.of(Role.FLIGHT))
                        .queueUrls())
                .containsExactly("https://sqs.eu-west-1.amazonaws.com/1/payment-events.fifo");
        assertThat(Settings.from(without("PAYMENT_QUEUE_URL"), Set.of(Role.PAYMENT))
                        .queueUrls())
                .containsExactly("https://sqs.eu-west-1.amazonaws.com/1/flight-events.fifo");
        assertThat(Settings.from(
                                Map.of("AWS_REGION", "eu-west-1", "RELAY_ROUTES", "orders=https://h/o.fifo"),
                                Set.of(Role.RELAY))
                        .queueUrls())
                .containsExactly("https://h/o.fifo");
    }

    @Test
    void emptyVariableCountsAsAbsent() {
        Settings settings = settings(Map.of("PGPORT", "", "MANAGEMENT_TOKEN", "", "LOG_FORMAT", ""));

        assertThat(settings.database().port()).isEqualTo(5432);
        assertThat(settings.management().token()).isNull();
    }

    @Test
    void defaultsAreThoseOfLibpqAndOfTheList() {
        Settings settings = settings(Map.of("PGUSER", "ann"));

        assertThat(settings.database())
                .isEqualTo(new DatabaseSettings("localhost", 5432, "ann", "ann", null, SslMode.PREFER, null));
        assertThat(settings.management()).isEqualTo(new ManagementSettings(8081, null));
        assertThat(Objects.requireNonNull(settings.flight()).httpPort()).isEqualTo(8080);
        assertThat(Objects.requireNonNull(settings.relay()))
                .isEqualTo(new RelaySettings(
                        Map.of(
                                "flight", "https://sqs.eu-west-1.amazonaws.com/1/flight-events.fifo",
                                "payment", "https://sqs.eu-west-1.amazonaws.com/1/payment-events.fifo"),
                        Duration.ofSeconds(1),
                        8,
                        0));
        assertThat(Objects.requireNonNull(settings.payment()).longPoll()).isEqualTo(Duration.ofSeconds(20));
        assertThat(Objects.requireNonNull(settings.payment()).gateway())
                .isEqualTo(new SimulatedGatewayConfig(new BigDecimal("10000"), Duration.ZERO, 0, 0));
    }

    @Test
    void simulatedGatewayIsAsBadAsItIsSetTo() {
        Settings settings = settings(Map.of(
                "CONSUMER_WAIT_SECONDS", "3",
                "PAYMENT_LIMIT", "150.50",
                "PAYMENT_GATEWAY_LATENCY", "PT0.25S",
                "PAYMENT_GATEWAY_ERROR_RATE", "0.05",
                "PAYMENT_GATEWAY_DECLINE_RATE", "1"));

        assertThat(Objects.requireNonNull(settings.payment()).longPoll()).isEqualTo(Duration.ofSeconds(3));
        assertThat(Objects.requireNonNull(settings.payment()).gateway())
                .isEqualTo(new SimulatedGatewayConfig(new BigDecimal("150.50"), Duration.ofMillis(250), 0.05, 1));
    }

    @Test
    void otherEndpointNeedsNoRegion() {
        Map<String, String> environment = without("AWS_REGION");
        environment.put("AWS_ENDPOINT_URL_SQS", "http://localhost:9324");

        assertThat(Objects.requireNonNull(
                                Settings.from(environment, Set.of(Role.RELAY)).sqs())
                        .region())
                .isEqualTo("us-east-1");
    }

    @Test
    void verifiedConnectionNeedsRootCertificates() {
        assertThatThrownBy(() -> settings(Map.of("PGSSLMODE", "verify-full")))
                .hasMessageStartingWith("PGSSLROOTCERT is not set: ");
        assertThatThrownBy(() -> settings(Map.of("PGSSLMODE", "verify-ca", "PGSSLROOTCERT", "/no/such/file")))
                .hasMessageStartingWith("PGSSLROOTCERT is wrong: ");
    }

    @Test
    void bothServersMayTakeAnyFreePort() {
        assertThat(settings(Map.of("HTTP_PORT", "0", "MANAGEMENT_PORT", "0"))
                        .management()
                        .port())
                .isZero();
    }

    @Test
    void secretsAreInNoText() {
        Map<String, String> secrets = Map.of(
                "PGPASSWORD", "pgsecret", "MANAGEMENT_TOKEN", "tokensecret", "RELAY_DATABASE_PASSWORD", "relaysecret");

        assertThat(settings(secrets).toString()).doesNotContain("secret");
        assertThatThrownBy(() -> settings(Map.of("MANAGEMENT_TOKEN", "token secret")))
                .message()
                .doesNotContain("token secret");
    }

    private static Settings settings(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        environment.putAll(more);
        return Settings.from(environment, EnumSet.allOf(Role.class));
    }

    private static Map<String, String> without(String variable) {
        Map<String, String> environment = new HashMap<>(COMPLETE);
        environment.remove(variable);
        return environment;
    }
}
