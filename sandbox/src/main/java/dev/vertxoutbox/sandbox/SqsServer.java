package dev.vertxoutbox.sandbox;

import java.net.URI;

/** One running SQS endpoint that can be made unreachable and reachable again; address, queues and messages stay. */
interface SqsServer extends AutoCloseable {

    URI endpoint();

    /** Refuses new connections when it returns. Does nothing when down. */
    void down();

    /** Accepts connections when it returns. Does nothing when up. */
    void up();

    @Override
    void close();
}
