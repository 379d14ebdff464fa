package dev.vertxoutbox.demo;

import dev.vertxoutbox.sandbox.Postgres;
import dev.vertxoutbox.sandbox.Sandbox;

/** What the demo prints when it is up. */
final class Welcome {

    private Welcome() {}

    static String text(int httpPort, int managementPort, Sandbox sandbox, String database) {
        Postgres postgres = sandbox.postgres();
        return """

            The system is up.

              Console          http://localhost:%2$d/console
              Booking API      http://localhost:%1$d/swagger-ui/index.html
              Management API   http://localhost:%2$d/swagger-ui/index.html
                               http://localhost:%2$d/health/ready
                               http://localhost:%2$d/outbox/events?state=pending
                               http://localhost:%2$d/metrics
              PostgreSQL       PGPASSWORD=%3$s psql -h %4$s -p %5$d -U %6$s %7$s
              SQS endpoint     %8$s

            Open the console to watch, to book, and to break something. Or by hand: book a flight, and see its payment
            confirmed:

              curl -i localhost:%1$d/api/flights -H 'Content-Type: application/json' -d '{"departureAirport":"Paris","arrivalAirport":"London","departureDateTime":"2027-03-01T09:00:00Z","arrivalDateTime":"2027-03-01T10:15:00Z","fare":{"amount":120,"currency":"EUR"}}'
              curl localhost:%1$d/api/flights

            Take the queue down, book again, and find the event waiting in the outbox:

              curl -X POST localhost:%2$d/sandbox/queue/down
              curl 'localhost:%2$d/outbox/events?state=pending'

            Let the queue return: the event is delivered, and the booking is confirmed.

              curl -X POST localhost:%2$d/sandbox/queue/up

            Ctrl-C stops everything and deletes the data.
            """.formatted(
                        httpPort,
                        managementPort,
                        postgres.password(),
                        postgres.host(),
                        postgres.port(),
                        postgres.user(),
                        database,
                        sandbox.queues().endpoint());
    }
}
