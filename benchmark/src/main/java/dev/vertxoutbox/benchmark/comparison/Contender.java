package dev.vertxoutbox.benchmark.comparison;

import java.sql.SQLException;

/** A way to bring events from a transaction to the queue. From its creation on it sends what is committed. */
interface Contender {

    /** Commits so many events at once, of as many subjects, as a backlog that was left behind. */
    void leaveBehind(int events) throws SQLException;

    /**
     * Commits an event in a transaction of its own, as an application does.
     *
     * @return its deduplication id
     */
    String commit(String subject) throws SQLException;
}
