package dev.vertxoutbox.launcher;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.LoggerFactory;

/**
 * The program: {@code java -jar outbox.jar [ROLE…]}.
 *
 * <p>Exit codes: 0 after {@code migrate} alone, {@code --help} or a drained stop; 1 when it could not start or did not
 * drain in time; 2 for a wrong command line or configuration. Every failure to start is one line on standard error.
 */
public final class Main {
    private static final long STOP_SECONDS = 28;

    private final Application application;
    private final boolean migrateOnly;
    private volatile int exitCode;
    private volatile boolean stopping;

    private Main(Application application, boolean migrateOnly) {
        this.application = application;
        this.migrateOnly = migrateOnly;
    }

    /** Runs the roles that the arguments name until the process is told to stop; see the class for exit codes. */
    public static void main(String[] args) {
        if (List.of(args).contains("--help")) {
            System.out.print(Usage.text());
            return;
        }
        try {
            Map<String, String> environment = System.getenv();
            Set<Role> roles = Role.parse(List.of(args));
            Logging.configure(environment);
            Application application = Application.of(environment, roles, router -> {});
            new Main(application, roles.equals(Set.of(Role.MIGRATE))).run();
        } catch (ConfigurationException e) {
            complain(System.err, e);
            System.exit(2);
        }
    }

    private void run() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        try {
            application.start().await();
        } catch (RuntimeException e) {
            if (stopping) {
                return; // What was started is stopped under its feet; the hook ends the process.
            }
            if (!(e instanceof StartException)) {
                LoggerFactory.getLogger(Main.class).atError().setCause(e).log("Start failed");
            }
            complain(System.err, e);
            exitCode = 1;
            System.exit(1);
        }
        if (migrateOnly) {
            System.exit(0);
        }
    }

    private static void complain(PrintStream err, Exception e) {
        err.println("outbox: " + e.getMessage());
    }

    /** Runs as a shutdown hook. Ends the process itself, since the JVM would report the signal as the exit code. */
    private void stop() {
        stopping = true;
        SecondSignal.halts();
        try {
            application.stop().await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | RuntimeException e) {
            LoggerFactory.getLogger(Main.class).atError().setCause(e).log("Gave up draining");
            exitCode = 1;
        }
        Logging.flush();
        Runtime.getRuntime().halt(exitCode);
    }
}
