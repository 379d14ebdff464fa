package dev.vertxoutbox.demo;

import dev.vertxoutbox.launcher.Application;
import dev.vertxoutbox.launcher.Role;
import dev.vertxoutbox.sandbox.Sandbox;
import io.vertx.pgclient.PgConnectOptions;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running demo: the sandbox and, on it, the application with all roles. */
final class Demo implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Demo.class);
    private static final int STOP_SECONDS = 25;

    private final Sandbox sandbox;
    private final String database;
    private final Application application;

    private Demo(Sandbox sandbox, String database, Application application) {
        this.sandbox = sandbox;
        this.database = database;
        this.application = application;
    }

    /**
     * Starts it on a fresh database.
     *
     * @param environment the launcher's variables; what the sandbox provides goes before
     * @throws RuntimeException if it cannot start; nothing is left running then
     */
    static Demo start(Map<String, String> environment) {
        Sandbox sandbox = Sandbox.start();
        try {
            String database = sandbox.postgres().createEmptyDatabase();
            Map<String, String> variables = new HashMap<>(environment);
            variables.putAll(sandbox.postgres().environment(database));
            variables.putAll(sandbox.queues().environment());
            variables.put("FLIGHT_QUEUE_URL", sandbox.queues().createFifo("flight-events"));
            variables.put("PAYMENT_QUEUE_URL", sandbox.queues().createFifo("payment-events"));
            variables.remove("RELAY_ROUTES");
            // Requests cost nothing here, and Ctrl-C waits for the last poll.
            variables.putIfAbsent("CONSUMER_WAIT_SECONDS", "2");
            // The SDK's credential chain reads the process's own environment or these.
            System.setProperty("aws.accessKeyId", variables.getOrDefault("AWS_ACCESS_KEY_ID", "x"));
            System.setProperty("aws.secretAccessKey", variables.getOrDefault("AWS_SECRET_ACCESS_KEY", "x"));
            SimulatedGatewaySwitch gateway = new SimulatedGatewaySwitch();
            Application application = Application.of(
                    variables, EnumSet.allOf(Role.class), new SandboxSwitches(sandbox, gateway)::mount, gateway);
            Demo demo = new Demo(sandbox, database, application);
            demo.startApplication();
            return demo;
        } catch (RuntimeException e) {
            sandbox.close();
            throw e;
        }
    }

    private void startApplication() {
        try {
            application.start().await();
        } catch (RuntimeException e) {
            stopApplication();
            throw e;
        }
    }

    int httpPort() {
        return application.httpPort();
    }

    int managementPort() {
        return application.managementPort();
    }

    /** How to connect to its database. */
    PgConnectOptions database() {
        return sandbox.postgres().connectOptions(database);
    }

    /** Where everything is, and what to try. */
    String welcome() {
        return Welcome.text(httpPort(), managementPort(), sandbox, database);
    }

    /** Stops the application in order, then the servers, and deletes what they stored. */
    @Override
    public void close() {
        try {
            stopApplication();
        } finally {
            sandbox.close();
        }
    }

    private void stopApplication() {
        try {
            application.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            log.atWarn().log("The application did not stop in time; its servers are stopped all the same");
        }
    }
}
