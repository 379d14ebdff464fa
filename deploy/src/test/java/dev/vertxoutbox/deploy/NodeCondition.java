package dev.vertxoutbox.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

final class NodeCondition implements ExecutionCondition {
    private static final int OLDEST = 20;
    private static final String FOUND = major();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (FOUND.matches("\\d+") && Integer.parseInt(FOUND) >= OLDEST) {
            return ConditionEvaluationResult.enabled("Node " + FOUND);
        }
        String reason = "Node %d or later is needed to synthesize, and %s is here"
                .formatted(OLDEST, FOUND.isEmpty() ? "none" : FOUND);
        if ("true".equals(System.getenv("CI"))) {
            throw new IllegalStateException(reason + "; in CI nothing is skipped");
        }
        System.err.println("SKIPPED " + context.getDisplayName() + ": " + reason);
        return ConditionEvaluationResult.disabled(reason);
    }

    /** The first part of its version, or nothing where there is no Node. */
    private static String major() {
        try {
            Process node = new ProcessBuilder(List.of("node", "--version"))
                    .redirectErrorStream(true)
                    .start();
            String version = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return version.replaceAll("^v(\\d+)\\..*$", "$1");
        } catch (IOException absent) {
            return "";
        }
    }
}
