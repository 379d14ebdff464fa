package dev.vertxoutbox.deploy;

import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.constructs.Construct;

/** What outlives a release: network, database, credentials and queues. */
final class DataStack extends Stack {
    private final Network network;
    private final Database database;
    private final DatabaseUsers users;
    private final OutboxQueues queues;

    DataStack(Construct scope, String id, StackProps props, Settings settings) {
        super(scope, id, props);
        this.network = new Network(this, settings, new LogGroups(settings));
        this.database = new Database(this, settings, network);
        this.users = new DatabaseUsers(this, settings);
        this.queues = new OutboxQueues(this, settings);
    }

    Network network() {
        return network;
    }

    Database database() {
        return database;
    }

    DatabaseUsers users() {
        return users;
    }

    OutboxQueues queues() {
        return queues;
    }
}
