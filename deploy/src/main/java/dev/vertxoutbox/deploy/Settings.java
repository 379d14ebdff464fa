package dev.vertxoutbox.deploy;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What may be chosen with {@code -c name=value}; each is described in {@code docs/deploy.md}.
 *
 * @param environment prefix of everything that has a name, so that several fit into one account and region; default
 *     {@code vertx-outbox}
 * @param region where to deploy; default is that of the CDK command line. Access logs of the load balancer need to know it
 * @param arm whether tasks run on ARM64, as by default, or on x86
 * @param egress default {@code nat}
 * @param demo cheap and easy to remove: one task of each service and none at night, a database that pauses and has no
 *     standby, no protection against deletion
 * @param timeZone whose night it is; default {@code UTC}
 * @param certificateArn certificate for HTTPS, without which the load balancer speaks HTTP
 * @param domain name of the API; with a hosted zone, its record and certificate are made
 * @param alarmEmail whom alarms are sent to, after a confirmation by mail
 */
record Settings(
        String environment,
        String region,
        boolean arm,
        Egress egress,
        boolean demo,
        String timeZone,
        @Nullable String certificateArn,
        @Nullable Domain domain,
        @Nullable String alarmEmail) {

    /** @param hostedZoneId the public zone of Route 53 that the name is in; without it, the record is made elsewhere */
    record Domain(String name, @Nullable String hostedZoneId) {

        /** The name of the zone, when that is all but the first label of the name. */
        String zoneName() {
            return name.substring(name.indexOf('.') + 1);
        }
    }

    /**
     * Reads the context.
     *
     * @throws SettingException naming the value that is wrong
     */
    static Settings from(Function<String, @Nullable Object> context, Map<String, String> environment) {
        Values values = new Values(context);
        Settings settings = new Settings(
                values.matching("environment", "vertx-outbox", "[a-z][a-z0-9-]{0,23}"),
                values.find("region")
                        .or(() -> Optional.ofNullable(environment.get("CDK_DEFAULT_REGION")))
                        .orElseThrow(() -> new SettingException(
                                "region is not known: give -c region=eu-west-1, or set AWS_REGION")),
                values.oneOf("architecture", "arm64", "x86").equals("arm64"),
                Egress.valueOf(values.oneOf("egress", words(Egress.values()))
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_')),
                values.oneOf("demo", "false", "true").equals("true"),
                values.zone("timeZone"),
                values.find("certificateArn").orElse(null),
                values.find("domainName")
                        .map(name ->
                                new Domain(name, values.find("hostedZoneId").orElse(null)))
                        .orElse(null),
                values.find("alarmEmail").orElse(null));
        settings.checkDomain(values);
        return settings;
    }

    private void checkDomain(Values values) {
        if (values.find("hostedZoneId").isPresent() && domain == null) {
            throw new SettingException("hostedZoneId needs domainName, the name of the API in that zone");
        }
        if (domain != null && domain.hostedZoneId() == null && certificateArn == null) {
            throw new SettingException(
                    "domainName needs hostedZoneId, to make record and certificate, or certificateArn");
        }
    }

    private static String[] words(Egress[] values) {
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .toArray(String[]::new);
    }

    /** Whether browsers and clients talk HTTPS. */
    boolean https() {
        return certificateArn != null || domain != null;
    }

    /** A name that is free where other environments are in the same account and region. */
    String named(String name) {
        return environment.equals("vertx-outbox") ? name : environment + "-" + name;
    }

    /** Typed access to the context. */
    private record Values(Function<String, @Nullable Object> context) {

        Optional<String> find(String name) {
            return Optional.ofNullable(context.apply(name))
                    .map(Object::toString)
                    .filter(value -> !value.isBlank());
        }

        String matching(String name, String fallback, String pattern) {
            String value = find(name).orElse(fallback);
            if (!value.matches(pattern)) {
                throw new SettingException("%s is wrong: '%s' does not match %s".formatted(name, value, pattern));
            }
            return value;
        }

        /** The first one is the default. */
        String oneOf(String name, String... allowed) {
            String value = find(name).orElse(allowed[0]);
            if (!Arrays.asList(allowed).contains(value)) {
                throw new SettingException("%s is wrong: '%s' is not one of %s"
                        .formatted(name, value, Arrays.stream(allowed).collect(Collectors.joining(", "))));
            }
            return value;
        }

        String zone(String name) {
            String value = find(name).orElse("UTC");
            try {
                return ZoneId.of(value).getId();
            } catch (DateTimeException e) {
                throw new SettingException(
                        "%s is wrong: '%s' is not a time zone such as Europe/Paris".formatted(name, value));
            }
        }
    }
}
