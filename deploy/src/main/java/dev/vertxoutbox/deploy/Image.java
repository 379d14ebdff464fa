package dev.vertxoutbox.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.IgnoreMode;
import software.amazon.awscdk.services.ecr.assets.DockerImageAsset;
import software.constructs.Construct;

/**
 * The image of all roles, built from {@code deploy/Dockerfile} by whoever deploys. The jar must have been built:
 * synthesis works without it, the build of the image does not.
 */
final class Image {
    /** Where the stage {@code aws} of the Dockerfile puts them. */
    static final String RDS_CERTIFICATES = "/app/rds.pem";

    private static final String DOCKERFILE = "deploy/Dockerfile";
    private static final List<String> ALL_BUT_WHAT_IT_NEEDS =
            List.of("**", "!launcher/target/outbox.jar", "!" + DOCKERFILE, "!deploy/image/**");

    private Image() {}

    static DockerImageAsset of(Construct scope, boolean arm) {
        return DockerImageAsset.Builder.create(scope, "Image")
                .directory(projectDirectory().toString())
                .file(DOCKERFILE)
                .target("aws")
                .platform(
                        arm
                                ? software.amazon.awscdk.services.ecr.assets.Platform.LINUX_ARM64
                                : software.amazon.awscdk.services.ecr.assets.Platform.LINUX_AMD64)
                .exclude(ALL_BUT_WHAT_IT_NEEDS)
                .ignoreMode(IgnoreMode.DOCKER)
                .build();
    }

    /** Whether one is in it or in its directory {@code deploy}. */
    private static Path projectDirectory() {
        for (Path directory : List.of(
                Path.of("").toAbsolutePath(), Path.of("..").toAbsolutePath().normalize())) {
            if (Files.exists(directory.resolve(DOCKERFILE))) {
                return directory;
            }
        }
        throw new SettingException(DOCKERFILE + " is not found: run in the project's directory or in deploy");
    }
}
