package dev.vertxoutbox.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.vertxoutbox.faults.Api.Answer;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What must always hold, on the fat jar as one process per role; the numbers are those of the design. */
@ExtendWith(SandboxExtension.class)
class InvariantsIT {
    private static final int BOOKINGS_PER_SECOND = 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    private static OutboxSystem system;
    private static QueueReader ledger;
    private static Map<String, String> relayVariables;
    private static OutboxProcess flight;
    private static OutboxProcess relay;
    private static OutboxProcess payment;
    private static Api flightApi;
    private static Oracle oracle;

    @BeforeAll
    static void start(Sandbox sandbox, TestQueues queues) {
        system = OutboxSystem.migrated("InvariantsIT", sandbox, queues);
        ledger = new QueueReader(sandbox.queues(), "invariants-it-ledger");
        relayVariables = Map.of(
                "RELAY_ROUTES",
                "flight=%s,payment=%s,ledger=%s".formatted(queues.flightUrl(), queues.paymentUrl(), ledger.url()));
        flight = system.begin("flight", Map.of());
        relay = system.begin("relay", relayVariables);
        payment = system.begin("payment", Map.of());
        Stream.of(flight, relay, payment).forEach(process -> process.awaitReady(1));
        flightApi = new Api(flight.http());
        oracle = new Oracle(system.sql(), queues);
    }

    @AfterAll
    static void end() {
        system.close();
    }

    @AfterEach
    void heal(Sandbox sandbox) {
        sandbox.queues().queueUp();
        sandbox.postgres().start();
    }

    @Test
    @DisplayName("1. A booking row exists if and only if its event existed")
    void onlyWhatIsBookedIsPaid() throws IOException {
        String wrongOrder = Api.FLIGHT.replace("2027-03-01T10:05:00", "2027-03-01T08:00:00");
        assertThat(flightApi.post("/api/flights", wrongOrder).status()).isEqualTo(422);
        assertThat(flightApi.post("/api/flights", "{").status()).isEqualTo(400);

        for (int i = 0; i < 50; i++) {
            abandonABooking(flight.http());
        }
        Answer declined = flightApi.post("/api/flights", Api.FLIGHT.replace("129.90", "25000"));
        Set<String> booked = book(20);

        oracle.confirm(booked, Set.of());
        assertThat(flightApi
                        .get("/api/flights/" + declined.json().getString("id"))
                        .json()
                        .getString("status"))
                .isEqualTo("REJECTED");
    }

    @Test
    @DisplayName("1. A rolled-back transaction sends nothing")
    void aRolledBackTransactionSendsNothing() throws SQLException {
        int before = ledger.size();
        try (Connection connection = system.sql().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(entry("rolled-back", 1));
            connection.rollback();
        }
        // Of one subject: what was sent of the first would have to come first.
        system.sql().execute(entry("rolled-back", 2));

        ledger.read(before + 1, SOON);
        assertThat(ledger.numbers("rolled-back")).containsExactly(2);
    }

    @Test
    @DisplayName("2. and 3. No event is lost and each subject's order is kept, whichever relay dies when")
    void killedRelaysLoseNothingAndKeepTheOrderOfEachSubject() {
        int before = ledger.size();
        int rounds = 60;
        OutboxProcess[] relays = {relay, system.start("relay", relayVariables)};
        try (Load load = Load.start(flightApi, BOOKINGS_PER_SECOND)) {
            for (int round = 1; round <= rounds; round++) {
                system.sql().execute("""
                        INSERT INTO outbox.event (topic, subject, type, data)
                        SELECT 'ledger', 'killed-' || s, 'ledger.entry', json_build_object('number', %d)
                        FROM generate_series(1, 10) s""".formatted(round));
                if (round % 20 == 10) {
                    int victim = round / 20 % 2;
                    relays[victim].kill();
                    relays[victim] = system.start("relay", relayVariables);
                }
            }
            load.stop();
            relay = relays[0];
            relays[1].kill();

            ledger.read(before + 10 * rounds, SOON);
            assertThat(IntStream.rangeClosed(1, 10).mapToObj(subject -> ledger.numbers("killed-" + subject)))
                    .allSatisfy(numbers -> assertThat(numbers)
                            .containsExactlyElementsOf(
                                    IntStream.rangeClosed(1, rounds).boxed().toList()));
            oracle.confirm(load.booked(), load.cancelled());
        }
    }

    @Test
    @DisplayName("4. Each event takes effect exactly once, wherever the consumer dies")
    void aKilledPaymentProcessChargesAndRefundsNobodyTwice() {
        try (Load load = Load.start(flightApi, BOOKINGS_PER_SECOND)) {
            for (int kill = 1; kill <= 3; kill++) {
                load.awaitBooked(30);
                payment.kill();
                payment = system.start("payment");
            }
            load.stop();

            assertThat(load.cancelled()).isNotEmpty();
            oracle.confirm(load.booked(), load.cancelled());
        }
    }

    @Test
    @DisplayName("5. A queue outage costs bookings nothing")
    void aQueueOutageCostsBookingsNothing(Sandbox sandbox) {
        sandbox.queues().queueDown();

        List<Answer> answers =
                Stream.generate(() -> flightApi.book().join()).limit(30).toList();

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(201);
            assertThat(answer.latency()).isLessThan(Duration.ofSeconds(2));
        });
        Set<String> booked = ids(answers);
        assertThat(outboxEvents("pending").map(event -> event.getString("subject")))
                .containsAll(booked);
        sandbox.queues().queueUp();
        oracle.confirm(booked, Set.of());
        awaitConfirmed(booked);
    }

    @Test
    @DisplayName("6. One bad event stops only its own subject, and an operator can retry or discard it")
    void oneBadEventStopsOnlyItsOwnSubject() {
        int before = ledger.size();
        system.sql().execute("""
                INSERT INTO outbox.event (topic, subject, type, data)
                VALUES ('ledger', 'too large', 'ledger.entry', '{"number":1}'),
                       ('ledger', 'too-large', 'ledger.entry', json_build_object('text', repeat('x', 1100000))),
                       ('ledger', 'too-large', 'ledger.entry', '{"number":2}'),
                       ('ledger', 'healthy', 'ledger.entry', '{"number":3}')""");
        ledger.read(before + 1, SOON);
        assertThat(ledger.numbers("healthy")).containsExactly(3);
        awaitConfirmed(book(5));

        JsonObject spaced = awaitParked("too large", 1).get(0);
        JsonObject large = awaitParked("too-large", 2).get(0);
        assertThat(spaced.getString("reason")).contains("message group id");
        assertThat(large.getString("reason")).contains("bytes");

        assertThat(management()
                        .post("/outbox/events/%s/retry".formatted(large.getString("id")), "")
                        .json())
                .isEqualTo(new JsonObject().put("id", large.getString("id")).put("moved", 2));
        await("parked once more")
                .atMost(SOON)
                .until(() -> !awaitParked("too-large", 2)
                        .get(0)
                        .getString("parkedAt")
                        .equals(large.getString("parkedAt")));

        for (JsonObject event : List.of(spaced, large)) {
            assertThat(management()
                            .delete("/outbox/events/" + event.getString("id"))
                            .status())
                    .isEqualTo(204);
        }
        ledger.read(before + 2, SOON);
        assertThat(ledger.numbers("too-large")).containsExactly(2);
        oracle.confirm(book(1), Set.of());
    }

    @Test
    @DisplayName("7. Memory does not grow with the backlog")
    void aRelayDrainsABacklogLargerThanItsMemory() {
        relay.kill(); // It has no route for these events and would park them.
        try (StubQueue queue = new StubQueue()) {
            system.sql().execute("""
                    INSERT INTO outbox.event (topic, subject, type, data)
                    SELECT 'bulk', 'bulk-' || i % 1000, 'bulk.entry', json_build_object('text', repeat('x', 5000))
                    FROM generate_series(1, 20000) i""");
            OutboxProcess small = system.begin(
                    "relay",
                    64,
                    Map.of("AWS_ENDPOINT_URL_SQS", queue.endpoint(), "RELAY_ROUTES", "bulk=" + queue.url("bulk")));

            await("backlog sent").atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                assertThat(small.isAlive()).as("relay of 64 MiB is alive").isTrue();
                assertThat(queue.size()).isEqualTo(20_000);
            });
            await("backlog gone")
                    .atMost(SOON)
                    .until(() -> system.sql().number("SELECT count(*) FROM outbox.event WHERE topic = 'bulk'") == 0);
            small.kill();
        }
        relay = system.start("relay", relayVariables);
    }

    @Test
    @DisplayName("8. Every loop survives any error")
    void noOutageStopsAProcess(Sandbox sandbox) {
        try (Load load = Load.start(flightApi, BOOKINGS_PER_SECOND)) {
            load.awaitBooked(20);
            sandbox.postgres().killBackends();
            load.awaitBooked(20);
            sandbox.queues().queueDown();
            load.awaitBooked(20);
            sandbox.queues().queueUp();
            load.awaitBooked(20);
            sandbox.postgres().restart();
            load.awaitBooked(40);
            load.stop();

            oracle.confirm(load.booked(), load.cancelled());
        }
        assertThat(List.of(flight, relay, payment)).allSatisfy(process -> {
            assertThat(process.isAlive()).isTrue();
            assertThat(new Api(process.management()).get("/health/ready").status())
                    .isEqualTo(200);
        });
        oracle.confirm(book(5), Set.of());
    }

    private static Set<String> book(int count) {
        return ids(Stream.generate(() -> flightApi.book().join()).limit(count).toList());
    }

    private static Set<String> ids(List<Answer> answers) {
        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(201));
        return answers.stream().map(answer -> answer.json().getString("id")).collect(Collectors.toSet());
    }

    private static void awaitConfirmed(Set<String> booked) {
        String statuses =
                "SELECT DISTINCT status FROM flight.booking WHERE id IN ('%s')".formatted(String.join("','", booked));
        await("confirmed bookings")
                .atMost(SOON)
                .until(() -> system.sql().rows(statuses).equals(List.of("CONFIRMED")));
    }

    /** Sends a whole request and is gone before the answer. */
    private static void abandonABooking(URI server) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            String request = "POST /api/flights HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n"
                    + "Content-Length: %d\r\n\r\n%s".formatted(Api.FLIGHT.length(), Api.FLIGHT);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
        }
    }

    private static String entry(String subject, int number) {
        return "INSERT INTO outbox.event (topic, subject, type, data) VALUES ('ledger', '%s', 'ledger.entry', '{\"number\":%d}')"
                .formatted(subject, number);
    }

    private static Api management() {
        return new Api(relay.management());
    }

    private static Stream<JsonObject> outboxEvents(String state) {
        Answer answer = management().get("/outbox/events?limit=100&state=" + state);
        assertThat(answer.status()).isEqualTo(200);
        JsonArray events = answer.json().getJsonArray("events");
        return IntStream.range(0, events.size()).mapToObj(events::getJsonObject);
    }

    private static List<JsonObject> awaitParked(String subject, int count) {
        return await("parked events of " + subject)
                .atMost(SOON)
                .until(
                        () -> outboxEvents("parked")
                                .filter(event -> subject.equals(event.getString("subject")))
                                .toList(),
                        parked -> parked.size() == count);
    }
}
