package dev.vertxoutbox.sandbox;

/** Where the sandbox's servers run: the value of the system property {@code sandbox}, {@code embedded} if there is none. */
enum Servers {
    EMBEDDED {
        @Override
        PostgresServer postgres() {
            return LocalPostgres.launch();
        }

        @Override
        SqsServer sqs() {
            return LocalSqs.launch();
        }
    },
    CONTAINERS {
        @Override
        PostgresServer postgres() {
            return ContainerPostgres.launch();
        }

        @Override
        SqsServer sqs() {
            return ContainerSqs.launch();
        }
    };

    static Servers configured() {
        String name = System.getProperty("sandbox", "embedded");
        for (Servers servers : values()) {
            if (servers.name().equalsIgnoreCase(name)) {
                return servers;
            }
        }
        throw new IllegalArgumentException("-Dsandbox=" + name + ": must be embedded or containers");
    }

    abstract PostgresServer postgres();

    abstract SqsServer sqs();
}
