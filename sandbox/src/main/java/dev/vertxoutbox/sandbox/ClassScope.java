package dev.vertxoutbox.sandbox;

/** What one test class, with its nested classes, has of the sandbox; made when asked for, closed after the class. */
final class ClassScope implements AutoCloseable {

    private final Lazy<TestDatabase> database;
    private final Lazy<TestQueues> queues;

    ClassScope(Sandbox sandbox) {
        database = new Lazy<>(() -> new TestDatabase(sandbox.postgres()), TestDatabase::close);
        queues = new Lazy<>(() -> new TestQueues(sandbox.queues()), TestQueues::close);
    }

    TestDatabase database() {
        return database.get();
    }

    TestQueues queues() {
        return queues.get();
    }

    @Override
    public void close() {
        try {
            queues.close();
        } finally {
            database.close();
        }
    }
}
