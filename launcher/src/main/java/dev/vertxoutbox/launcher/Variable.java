package dev.vertxoutbox.launcher;

/**
 * The environment variables the system reads, and the only list of them: {@code --help} prints it and a test holds the
 * README's table to it.
 *
 * <p>An empty value counts as absent. The AWS SDK reads its credentials from its own default chain.
 */
enum Variable {
    PGHOST("localhost", "Host name or address of the PostgreSQL server."),
    PGPORT("5432", "Port of the PostgreSQL server."),
    PGDATABASE("PGUSER", "Name of the database."),
    PGUSER("operating system user", "Database user; `migrate` needs one that may create schemas and roles."),
    PGPASSWORD("none", "Password of the database user."),
    PGSSLMODE("prefer", "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`, as in libpq."),
    PGSSLROOTCERT("none", "File with trusted root certificates (PEM); required by `verify-ca` and `verify-full`."),
    FLIGHT_DATABASE_PASSWORD(
            "none",
            "For `migrate`: makes the database user `flight_service` with this password, in the group role `flight_app`, or gives it this password."),
    RELAY_DATABASE_PASSWORD("none", "The same for `relay_service`, in `relay_app`."),
    PAYMENT_DATABASE_PASSWORD("none", "The same for `payment_service`, in `payment_app`."),
    AWS_REGION("required", "Region of the queues; may be left out when `AWS_ENDPOINT_URL_SQS` is set."),
    AWS_ENDPOINT_URL_SQS("AWS", "URL of another SQS endpoint, for a local server or a VPC endpoint."),
    FLIGHT_QUEUE_URL("required", "FIFO queue of flight events; used by `relay` and `payment`."),
    PAYMENT_QUEUE_URL("required", "FIFO queue of payment events; used by `relay` and `flight`."),
    HTTP_PORT("8080", "Port of the booking API; 0 takes any free port."),
    HTTP_MAX_CONNECTIONS(
            "20000",
            "Connections to the booking API at a time that have made a request, 1 to 1000000; more are closed."),
    AUTH_JWKS_URL(
            "none",
            "Where an authorization server publishes its keys (JWKS), https or on localhost; the booking API then asks for its access tokens."),
    AUTH_ISSUER("none", "What `iss` of an access token must be; required with `AUTH_JWKS_URL`."),
    AUTH_AUDIENCE("none", "What `aud` of an access token must contain; required with `AUTH_JWKS_URL`."),
    MANAGEMENT_PORT("8081", "Port of health, metrics and operations; 0 takes any free port."),
    MANAGEMENT_TOKEN(
            "none",
            "Bearer token for changing calls to `MANAGEMENT_PORT`; without it they are only taken from loopback."),
    CONSUMER_WAIT_SECONDS(
            "20",
            "How long a poll of `flight` or `payment` waits for a message, 1 to 20 s. So long may it take to stop them; shorter polls cost more requests."),
    RELAY_POLL_INTERVAL(
            "PT1S", "How often the relay looks without a notification; ISO-8601 duration, PT0.05S to PT1H."),
    RELAY_CONCURRENCY("8", "Lanes a relay drains at the same time, each on a database connection of its own; 1 to 64."),
    RELAY_ROUTES(
            "flight and payment",
            "`topic=queue URL` pairs separated by commas; by default `flight` and `payment` go to the two queues above."),
    OUTBOX_ARCHIVE_DAYS(
            "0",
            "Days for which the relay keeps sent events in `outbox.archive`, for `POST /outbox/replay`; 0 (not kept) to 3650."),
    PAYMENT_LIMIT("10000", "The simulated gateway declines a fare above this amount, in the fare's currency."),
    PAYMENT_GATEWAY_LATENCY(
            "PT0S",
            "How long the simulated gateway takes to answer; ISO-8601 duration, PT0S to PT1M, above PT10S in vain."),
    PAYMENT_GATEWAY_ERROR_RATE(
            "0", "Share of calls that the simulated gateway leaves without an answer, half of them charged; 0 to 1."),
    PAYMENT_GATEWAY_DECLINE_RATE("0", "Share of fares within the limit that the simulated gateway declines; 0 to 1."),
    LOG_FORMAT("text", "`text` or `json` (one object a line)."),
    LOG_LEVEL("info", "`info`, or `debug` for a line for each booking and each event that is sent or processed."),
    OTEL_EXPORTER_OTLP_ENDPOINT(
            "none",
            "Base URL of a collector that takes OTLP over HTTP, for example `http://localhost:4318`; spans are recorded and sent there."),
    OTEL_EXPORTER_OTLP_HEADERS(
            "none", "`name=value` pairs separated by commas, sent with the spans; for access tokens."),
    OTEL_SERVICE_NAME(
            "outbox", "`service.name` of the spans; of a process with one role by default `outbox-` and the role."),
    OTEL_RESOURCE_ATTRIBUTES(
            "none",
            "`name=value` pairs separated by commas that describe the process, for example `deployment.environment.name=test`."),
    OTEL_TRACES_SAMPLER(
            "parentbased_always_on",
            "Which requests are recorded: a sampler of the OpenTelemetry SDK, for example `parentbased_traceidratio`."),
    OTEL_TRACES_SAMPLER_ARG(
            "1.0", "Argument of the sampler; of `parentbased_traceidratio` the share of requests, 0 to 1."),
    CLOUDWATCH_NAMESPACE(
            "none",
            "Namespace of metrics in CloudWatch: what its alarms need is a line of standard output once a minute, in the embedded metric format.");

    private final String fallback;
    private final String description;

    Variable(String fallback, String description) {
        this.fallback = fallback;
        this.description = description;
    }

    /** The default in words, or {@code required}. */
    String fallback() {
        return fallback;
    }

    /** One sentence with format, unit and bounds; names are in backticks. */
    String description() {
        return description;
    }
}
