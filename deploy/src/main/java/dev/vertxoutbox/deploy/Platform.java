package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.ecr.assets.DockerImageAsset;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerInsights;
import software.amazon.awscdk.services.ecs.CpuArchitecture;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.secretsmanager.SecretStringGenerator;
import software.constructs.Construct;

/** What all tasks share: cluster, image, log group, the token of the management port, and the common environment. */
final class Platform extends Construct {
    static final int HTTP_PORT = 8080;
    static final int MANAGEMENT_PORT = 8081;
    private static final int TOKEN_LENGTH = 40;

    private final Settings settings;
    private final DataStack data;
    private final Cluster cluster;
    private final DockerImageAsset image;
    private final LogGroup log;
    private final Secret managementToken;

    Platform(Construct scope, Settings settings, DataStack data) {
        super(scope, "Platform");
        this.settings = settings;
        this.data = data;
        this.cluster = Cluster.Builder.create(this, "Cluster")
                .clusterName(settings.environment())
                .vpc(data.network().vpc())
                .containerInsightsV2(ContainerInsights.ENABLED)
                .build();
        this.image = Image.of(this, settings.arm());
        this.log = new LogGroups(settings).create(this, "Log", "/" + settings.environment());
        this.managementToken = Secret.Builder.create(this, "ManagementToken")
                .description("Bearer token of the management ports, environment " + settings.environment())
                .generateSecretString(SecretStringGenerator.builder()
                        .excludePunctuation(true)
                        .passwordLength(TOKEN_LENGTH)
                        .build())
                .build();
        Suppression.of(
                        "AwsSolutions-SMG4",
                        "Changed by hand: a new value, then new tasks. It opens nothing from outside the network")
                .at(managementToken);
    }

    /** The variables that every role has. The certificates of RDS are in the image. */
    Map<String, String> environment() {
        return new TreeMap<>(Map.of(
                "PGHOST",
                data.database().host(),
                "PGPORT",
                Integer.toString(Database.PORT),
                "PGDATABASE",
                Database.NAME,
                "PGSSLMODE",
                "verify-full",
                "PGSSLROOTCERT",
                Image.RDS_CERTIFICATES,
                "LOG_FORMAT",
                "json"));
    }

    Settings settings() {
        return settings;
    }

    DataStack data() {
        return data;
    }

    Cluster cluster() {
        return cluster;
    }

    DockerImageAsset image() {
        return image;
    }

    LogGroup log() {
        return log;
    }

    Secret managementToken() {
        return managementToken;
    }

    CpuArchitecture architecture() {
        return settings.arm() ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64;
    }

    /** What cdk-nag asks about every task definition. */
    static List<Suppression> suppressions() {
        return List.of(
                Suppression.of(
                        "AwsSolutions-ECS2",
                        "Names, ports and URLs are plain; what is secret comes from Secrets Manager"),
                Suppression.ofWildcard(
                        "Resource::*", "ecr:GetAuthorizationToken, which pulling an image needs, knows no resource"));
    }
}
