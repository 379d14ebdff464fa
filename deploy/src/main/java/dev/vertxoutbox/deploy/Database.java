package dev.vertxoutbox.deploy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.IConnectable;
import software.amazon.awscdk.services.rds.AuroraPostgresClusterEngineProps;
import software.amazon.awscdk.services.rds.AuroraPostgresEngineVersion;
import software.amazon.awscdk.services.rds.BackupProps;
import software.amazon.awscdk.services.rds.ClusterInstance;
import software.amazon.awscdk.services.rds.Credentials;
import software.amazon.awscdk.services.rds.DatabaseCluster;
import software.amazon.awscdk.services.rds.DatabaseClusterEngine;
import software.amazon.awscdk.services.rds.IClusterInstance;
import software.amazon.awscdk.services.rds.ServerlessV2ClusterInstanceProps;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.constructs.Construct;

/**
 * Aurora PostgreSQL Serverless v2: encrypted, TLS only, backed up, with a standby that takes over in another zone. A
 * snapshot remains when the stack is removed. RDS makes the owner's password and rotates it; no service uses it.
 */
final class Database extends Construct {
    static final String NAME = "outbox";
    static final int PORT = 5432;
    private static final String OWNER = "outbox_owner";
    private static final double SMALLEST_ACU = 0.5;
    private static final int LARGEST_ACU = 8;

    private final DatabaseCluster cluster;

    Database(Construct scope, Settings settings, Network network) {
        super(scope, "Database");
        DatabaseCluster.Builder builder = DatabaseCluster.Builder.create(this, "Cluster")
                .engine(DatabaseClusterEngine.auroraPostgres(AuroraPostgresClusterEngineProps.builder()
                        .version(AuroraPostgresEngineVersion.VER_17_7)
                        .build()))
                .writer(instance("Writer"))
                .readers(settings.demo() ? List.of() : List.of(instance("Standby")))
                .serverlessV2MinCapacity(settings.demo() ? 0 : SMALLEST_ACU)
                .serverlessV2MaxCapacity(LARGEST_ACU)
                .vpc(network.vpc())
                .vpcSubnets(network.data())
                .port(PORT)
                .defaultDatabaseName(NAME)
                .credentials(Credentials.fromUsername(OWNER))
                .manageMasterUserPassword(true)
                .parameters(Map.of("rds.force_ssl", "1"))
                .storageEncrypted(true)
                .copyTagsToSnapshot(true)
                .backup(BackupProps.builder()
                        .retention(Duration.days(settings.demo() ? 1 : 14))
                        .build())
                .deletionProtection(!settings.demo())
                .removalPolicy(RemovalPolicy.SNAPSHOT);
        if (settings.demo()) {
            builder.serverlessV2AutoPauseDuration(Duration.minutes(5));
        }
        this.cluster = builder.build();
        suppress(settings);
    }

    private static IClusterInstance instance(String id) {
        return ClusterInstance.serverlessV2(
                id,
                ServerlessV2ClusterInstanceProps.builder()
                        .scaleWithWriter(id.equals("Standby") ? true : null)
                        .enablePerformanceInsights(true)
                        .publiclyAccessible(false)
                        .build());
    }

    private void suppress(Settings settings) {
        Suppression.of(
                        "AwsSolutions-RDS6",
                        "Each service logs in with a user and password of its own: tokens last 15 minutes, connections of a pool longer")
                .at(cluster);
        Suppression.of(
                        "AwsSolutions-RDS11",
                        "The port is reachable from the services' security groups alone; another number would hide nothing")
                .at(cluster);
        if (settings.demo()) {
            Suppression.of("AwsSolutions-RDS10", "A demo is meant to be removed; a snapshot remains")
                    .at(cluster);
        }
    }

    IConnectable connectable() {
        return cluster;
    }

    String host() {
        return cluster.getClusterEndpoint().getHostname();
    }

    /** {@code username} and {@code password} of the owner. */
    ISecret owner() {
        @Nullable ISecret secret = cluster.getSecret();
        return Objects.requireNonNull(secret);
    }

    DatabaseCluster cluster() {
        return cluster;
    }
}
