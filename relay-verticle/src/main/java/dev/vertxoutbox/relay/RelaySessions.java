package dev.vertxoutbox.relay;

import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;

/** How the relay's database sessions are set up. */
final class RelaySessions {

    static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    /**
     * A connection on which nothing is heard for so long is idle or cut off, and is closed: otherwise whoever waits for its
     * answer would keep it for ever. Longer than a statement may take, and than a drain waits for SQS.
     */
    static final Duration SILENCE = Duration.ofSeconds(35);

    private RelaySessions() {}

    /**
     * Sessions that drain. One that stays silent within a transaction is ended by the server, which frees its lane: a
     * relay that is stopped or cut off is replaced within seconds. It is longer than a request to SQS may take.
     *
     * <p>Commits do not wait for the disk. What a crash of the database undoes is the removal of events that were sent:
     * they are sent again, as after a crash of the relay. Waiting would make every drain, and the writers beside it, pay
     * for a certainty that nobody needs.
     *
     * <p>Plans are made once and kept: making them costs more than most of these statements. Sequential scans are off,
     * because a plan made while the table was nearly empty would scan it whole when a backlog has grown; so is just-in-time
     * compilation, which a plan made for a large backlog would ask for each time, to find a few events.
     */
    static PgConnectOptions drains(PgConnectOptions database) {
        return named(database, "outbox-relay")
                .setCachePreparedStatements(true)
                .addProperty("idle_in_transaction_session_timeout", "10s")
                .addProperty("statement_timeout", "30s")
                .addProperty("synchronous_commit", "off")
                .addProperty("plan_cache_mode", "force_generic_plan")
                .addProperty("jit", "off")
                .addProperty("enable_seqscan", "off");
    }

    static PgConnectOptions listener(PgConnectOptions database) {
        return named(database, "outbox-relay-listener");
    }

    private static PgConnectOptions named(PgConnectOptions database, String application) {
        return new PgConnectOptions(database).addProperty("application_name", application);
    }
}
