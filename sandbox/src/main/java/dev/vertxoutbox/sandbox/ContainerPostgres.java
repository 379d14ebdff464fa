package dev.vertxoutbox.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * PostgreSQL in a container, at a port of the host that stays when the container stops and starts.
 *
 * <p>Signals are <a href="https://www.postgresql.org/docs/current/server-shutdown.html">PostgreSQL's own</a>, so they
 * do not depend on what the image makes of {@code docker stop}.
 */
final class ContainerPostgres implements PostgresServer {

    private static final String DEFAULT_IMAGE = "postgres:18";
    private static final int POSTGRES_PORT = 5432;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final PostgreSQLContainer container;
    private final int port;

    private ContainerPostgres(PostgreSQLContainer container, int port) {
        this.container = container;
        this.port = port;
    }

    /** Starts the image that the system property {@code sandbox.postgres.image} names. */
    @SuppressWarnings("resource") // It is closed with the object returned.
    static ContainerPostgres launch() {
        String image = System.getProperty("sandbox.postgres.image", DEFAULT_IMAGE);
        int port = FreePort.find();
        PostgreSQLContainer container = new PostgreSQLContainer(
                        DockerImageName.parse(image).asCompatibleSubstituteFor("postgres"))
                .withUsername("postgres")
                .withPassword("postgres")
                .withEnv(
                        "POSTGRES_INITDB_ARGS",
                        "--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8")
                // Testcontainers' own command turns fsync off.
                .withCommand("postgres", "-c", "max_connections=200", "-c", "timezone=UTC");
        container.setPortBindings(List.of(port + ":" + POSTGRES_PORT));
        container.start();
        return new ContainerPostgres(container, port);
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return container.getUsername();
    }

    @Override
    public String password() {
        return container.getPassword();
    }

    @Override
    public void stop() {
        end("SIGINT");
    }

    @Override
    public void crash() {
        end("SIGQUIT");
    }

    private void end(String signal) {
        if (!container.isRunning()) {
            return;
        }
        DockerClient docker = container.getDockerClient();
        docker.killContainerCmd(container.getContainerId()).withSignal(signal).exec();
        docker.waitContainerCmd(container.getContainerId())
                .exec(new WaitContainerResultCallback())
                .awaitStatusCode(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void start() {
        if (container.isRunning()) {
            return;
        }
        container
                .getDockerClient()
                .startContainerCmd(container.getContainerId())
                .exec();
        new Superuser(this).awaitReady(TIMEOUT);
    }

    @Override
    public void close() {
        container.stop();
    }
}
