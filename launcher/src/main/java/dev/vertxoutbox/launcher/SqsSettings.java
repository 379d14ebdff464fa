package dev.vertxoutbox.launcher;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where SQS is.
 *
 * @param endpoint another endpoint than the region's own
 */
record SqsSettings(String region, @Nullable URI endpoint) {
    static SqsSettings from(Environment env) {
        URI endpoint = env.url(Variable.AWS_ENDPOINT_URL_SQS).orElse(null);
        String region = env.find(Variable.AWS_REGION).orElse(endpoint == null ? null : "us-east-1");
        if (region == null) {
            throw new ConfigurationException(
                    Variable.AWS_REGION, "is not set: give the region of the queues, for example eu-central-1");
        }
        if (!region.matches("[a-z0-9-]{1,32}")) {
            throw env.wrong(Variable.AWS_REGION, "a region such as eu-central-1");
        }
        return new SqsSettings(region, endpoint);
    }
}
