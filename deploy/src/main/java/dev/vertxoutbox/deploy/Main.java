package dev.vertxoutbox.deploy;

import software.amazon.awscdk.App;

/** What {@code cdk.json} starts. */
public final class Main {
    private Main() {}

    /** Synthesizes both stacks with the settings of the context; a wrong one is one line and exit code 2. */
    public static void main(String[] args) {
        App app = new App();
        try {
            OutboxSystem.in(app, Settings.from(name -> app.getNode().tryGetContext(name), System.getenv()));
        } catch (SettingException e) {
            System.err.println("deploy: " + e.getMessage());
            System.exit(2);
        }
        app.synth();
    }
}
