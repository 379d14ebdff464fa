package dev.vertxoutbox.faults;

import java.time.Duration;

/** What can be made to go wrong. */
enum Kind {
    KILL("SIGKILL, and a new process", Where.REPLACEABLE, 0, 0),
    TERMINATE("SIGTERM, and a new process", Where.REPLACEABLE, 0, 0),
    FREEZE("SIGSTOP, later SIGCONT", Where.PROCESS, 1_000, 4_000),
    BACKENDS("all database sessions of a role end", Where.ROLE, 0, 0),
    POSTGRES_RESTART("PostgreSQL stops fast and starts", Where.DATABASE, 0, 0),
    POSTGRES_CRASH("PostgreSQL stops at once, starts and recovers", Where.DATABASE, 0, 0),
    QUEUE_OUTAGE("no queue can be reached", Where.QUEUE, 1_000, 4_000),
    TCP_DELAY("bytes to and from come late", Where.WIRE, 1_500, 4_000),
    TCP_STALL("bytes are held back for a while", Where.WIRE, 1_000, 4_000),
    TCP_BLACKHOLE("bytes are swallowed, connections stay silent", Where.WIRE, 1_000, 4_000),
    TCP_RESET("connections are reset", Where.WIRE, 0, 0),
    TCP_HALF_OPEN("the server's end is closed, the client does not learn of it", Where.WIRE, 0, 0),
    SQS_FORBIDDEN("requests are answered with 403", Where.PROCESS, 1_000, 2_500),
    SQS_ERROR("requests are answered with 500", Where.PROCESS, 1_000, 2_500),
    SQS_THROTTLED("requests are answered with RequestThrottled", Where.PROCESS, 1_000, 2_500),
    SQS_PARTIAL("some entries of a batch are refused", Where.PROCESS, 1_500, 4_000),
    SQS_MISSING("some entries of a batch are not in the answer", Where.PROCESS, 1_500, 4_000),
    SQS_CUT("requests take effect, their answers are lost", Where.PROCESS, 1_000, 3_000),
    SQS_SLOW("answers come late", Where.PROCESS, 1_500, 4_000),
    SQS_DUPLICATE("events arrive twice, as other messages", Where.RELAY, 1_500, 4_000),
    SQS_LATE("events arrive again after later ones, as other messages", Where.RELAY, 1_500, 4_000),
    SILENCE("writers commit and do not notify", Where.WRITERS, 1_500, 4_000),
    POISON("an event that no queue takes", Where.WRITERS, 0, 0);

    /** What it can hit. */
    enum Where {
        /** One process of any role that may be replaced by a new one. */
        REPLACEABLE,
        /** One process of any role. */
        PROCESS,
        /** All processes of a role. */
        ROLE,
        /** One relay. */
        RELAY,
        /** The connections of one process to the database, or of the clients to one process. */
        WIRE,
        DATABASE,
        QUEUE,
        WRITERS
    }

    private final String text;
    private final Where where;
    private final int leastMillis;
    private final int mostMillis;

    Kind(String text, Where where, int leastMillis, int mostMillis) {
        this.text = text;
        this.where = where;
        this.leastMillis = leastMillis;
        this.mostMillis = mostMillis;
    }

    String text() {
        return text;
    }

    Where where() {
        return where;
    }

    /** How long it lasts at least; zero for one that is over at once. */
    Duration least() {
        return Duration.ofMillis(leastMillis);
    }

    /** How long it lasts at most. */
    Duration most() {
        return Duration.ofMillis(mostMillis);
    }
}
