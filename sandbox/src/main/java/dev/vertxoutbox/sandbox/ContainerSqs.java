package dev.vertxoutbox.sandbox;

import java.net.InetSocketAddress;
import java.net.URI;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * SQS in a container: LocalStack if the image's name says so, else ElasticMQ. A {@link Forwarder} before it makes the
 * outage, since a stopped container forgets its queues and a paused one leaves its clients waiting.
 */
final class ContainerSqs implements SqsServer {

    private static final String DEFAULT_IMAGE = "softwaremill/elasticmq-native:1.7.1";
    private static final int LOCALSTACK_PORT = 4566;
    private static final int ELASTICMQ_PORT = 9324;

    private final GenericContainer<?> container;
    private final Forwarder forwarder;

    private ContainerSqs(GenericContainer<?> container, Forwarder forwarder) {
        this.container = container;
        this.forwarder = forwarder;
    }

    /** Starts the image that the system property {@code sandbox.sqs.image} names. */
    @SuppressWarnings("resource") // It is closed with the object returned.
    static ContainerSqs launch() {
        String image = System.getProperty("sandbox.sqs.image", DEFAULT_IMAGE);
        int port = image.contains("localstack") ? LOCALSTACK_PORT : ELASTICMQ_PORT;
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image))
                .withExposedPorts(port)
                .withEnv("SERVICES", "sqs")
                .withEnv("SQS_ENDPOINT_STRATEGY", "path")
                .waitingFor(Wait.forHttp("/").forPort(port).forStatusCodeMatching(any -> true));
        container.start();
        Forwarder forwarder = new Forwarder(new InetSocketAddress(container.getHost(), container.getMappedPort(port)));
        forwarder.up();
        return new ContainerSqs(container, forwarder);
    }

    @Override
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + forwarder.port());
    }

    @Override
    public void down() {
        forwarder.down();
    }

    @Override
    public void up() {
        forwarder.up();
    }

    @Override
    public void close() {
        forwarder.close();
        container.stop();
    }
}
