package dev.vertxoutbox.demo;

import dev.vertxoutbox.launcher.ConfigurationException;
import dev.vertxoutbox.launcher.Logging;
import dev.vertxoutbox.launcher.StartException;

/** Starts the demo and tells where to look. {@code HTTP_PORT} and {@code MANAGEMENT_PORT} choose other ports. */
public final class Main {

    private Main() {}

    /** Runs until the process is told to stop. Exits with 1 if it cannot start, with 2 for a wrong configuration. */
    public static void main(String[] args) {
        try {
            Logging.configure(System.getenv());
            System.out.println("Starting PostgreSQL, the queues and all roles; this takes a few seconds ...");
            Demo demo = Demo.start(System.getenv());
            Runtime.getRuntime().addShutdownHook(new Thread(demo::close, "stop"));
            System.out.println(demo.welcome());
        } catch (ConfigurationException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(2);
        } catch (StartException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(1);
        }
    }
}
