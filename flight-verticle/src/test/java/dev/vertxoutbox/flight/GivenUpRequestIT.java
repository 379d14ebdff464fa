package dev.vertxoutbox.flight;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** A client that goes away before it has sent all of its request. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class GivenUpRequestIT {
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final FlightService service;

    GivenUpRequestIT(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues, config -> config.withInstances(1));
    }

    @BeforeEach
    void listen() {
        lines.start();
        root.addAppender(lines);
    }

    @AfterEach
    void stop() throws TimeoutException {
        root.detachAppender(lines);
        service.stop();
    }

    @Test
    void bodyThatEndsWithItsConnectionBooksNothingAndIsNoErrorOfTheService() throws IOException, TimeoutException {
        try (Socket client = new Socket("localhost", service.port())) {
            client.setSoTimeout((int) SECONDS.toMillis(10));
            client.getOutputStream()
                    .write(("POST /api/flights HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + "Content-Length: 100\r\n\r\n{")
                            .getBytes(US_ASCII));
            client.shutdownOutput();
            assertThat(client.getInputStream().read())
                    .as("the connection's end, unanswered")
                    .isEqualTo(-1);
        }
        service.book();

        assertThat(service.count("flight.booking")).isEqualTo(1);
        assertThat(lines.list)
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
    }
}
