package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RoleTest {
    @Test
    void noWordMeansAllRolesInTheOrderOfStart() {
        assertThat(Role.parse(List.of())).containsExactly(Role.MIGRATE, Role.FLIGHT, Role.RELAY, Role.PAYMENT);
    }

    @Test
    void wordsMayComeInAnyOrderAndTwice() {
        assertThat(Role.parse(List.of("payment", "migrate", "payment"))).containsExactly(Role.MIGRATE, Role.PAYMENT);
    }

    @Test
    void unknownWordIsRefusedWithTheWordsToUse() {
        assertThatThrownBy(() -> Role.parse(List.of("relay", "replay")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "unknown role 'replay': use migrate, flight, relay, payment, or no role at all for all of them");
    }
}
