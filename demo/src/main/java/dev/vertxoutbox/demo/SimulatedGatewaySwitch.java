package dev.vertxoutbox.demo;

import dev.vertxoutbox.payment.SimulatedGatewayConfig;
import java.util.function.UnaryOperator;

/** How the simulated payment gateway behaves at the moment. From any thread. */
final class SimulatedGatewaySwitch implements UnaryOperator<SimulatedGatewayConfig> {

    /** What a viewer can choose; the constants are part of the switch's path. */
    enum Mode {
        /** As it is configured. */
        NORMAL,
        /** Declines every fare. */
        DECLINE,
        /** Answers no call: payments wait until it does again. */
        STALL
    }

    private volatile Mode mode = Mode.NORMAL;

    Mode mode() {
        return mode;
    }

    void set(Mode chosen) {
        mode = chosen;
    }

    @Override
    public SimulatedGatewayConfig apply(SimulatedGatewayConfig configured) {
        return switch (mode) {
            case NORMAL -> configured;
            case DECLINE ->
                new SimulatedGatewayConfig(configured.limit(), configured.latency(), configured.errorRate(), 1);
            case STALL ->
                new SimulatedGatewayConfig(configured.limit(), configured.latency(), 1, configured.declineRate());
        };
    }
}
