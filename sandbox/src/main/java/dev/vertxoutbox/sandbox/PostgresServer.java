package dev.vertxoutbox.sandbox;

/** One running PostgreSQL that can be taken down and up again; address, port and data stay. */
interface PostgresServer extends AutoCloseable {

    String host();

    int port();

    /** Superuser's name. */
    String user();

    String password();

    /** Rolls open transactions back, ends all sessions and stops. Does nothing when stopped. */
    void stop();

    /** Stops at once without a checkpoint, as after a crash: the next start recovers from the log. */
    void crash();

    /** Returns when connections are accepted. Does nothing when running. */
    void start();

    /** Stops for good and deletes all data. */
    @Override
    void close();
}
