package dev.vertxoutbox.launcher;

import org.jspecify.annotations.Nullable;

/**
 * The management server.
 *
 * @param port 0 takes any free port
 * @param token bearer token for changing calls; null takes them from loopback only
 */
record ManagementSettings(int port, @Nullable String token) {
    static ManagementSettings from(Environment env) {
        String token = env.find(Variable.MANAGEMENT_TOKEN).orElse(null);
        if (token != null && !token.matches("[!-~]{1,1024}")) {
            throw new ConfigurationException(
                    Variable.MANAGEMENT_TOKEN, "is wrong: use at most 1024 visible ASCII characters without spaces");
        }
        return new ManagementSettings(env.integer(Variable.MANAGEMENT_PORT, 8081, 0, 65_535), token);
    }

    @Override
    public String toString() {
        return "ManagementSettings[port=%d, token=%s]".formatted(port, token == null ? "none" : "set");
    }
}
