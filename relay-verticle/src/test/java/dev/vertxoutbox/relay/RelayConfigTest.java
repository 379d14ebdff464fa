package dev.vertxoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.pgclient.PgConnectOptions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RelayConfigTest {

    private final RelayConfig config = RelayConfig.of(new PgConnectOptions(), Map.of("orders", "http://h/o.fifo"));

    @Test
    void settingThatIsOutOfItsRangeIsNamed() {
        assertThatThrownBy(() -> RelayConfig.of(new PgConnectOptions(), Map.of()))
                .hasMessageContaining("routes");
        assertThatThrownBy(() -> config.withPollInterval(Duration.ofMillis(9))).hasMessageContaining("pollInterval");
        assertThatThrownBy(() -> config.withConcurrency(65)).hasMessageContaining("concurrency 65");
        assertThatThrownBy(() -> config.withArchiveDays(-1)).hasMessageContaining("archiveDays -1");
        assertThatThrownBy(() -> config.withArchiveDays(3651)).hasMessageContaining("archiveDays 3651");
    }

    @Test
    void everySettingChangesAlone() {
        RelayConfig changed = config.withArchiveDays(7)
                .withConcurrency(3)
                .withPollInterval(Duration.ofSeconds(2))
                .withArchiveDays(8);

        assertThat(changed.routes()).isEqualTo(config.routes());
        assertThat(changed.archiveDays()).isEqualTo(8);
        assertThat(changed.concurrency()).isEqualTo(3);
        assertThat(changed.pollInterval()).isEqualTo(Duration.ofSeconds(2));
    }
}
