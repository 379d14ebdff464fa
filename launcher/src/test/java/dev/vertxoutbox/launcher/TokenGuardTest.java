package dev.vertxoutbox.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenGuardTest {
    private static final String HERE = "localhost:8081";

    @Test
    void onlyLoopbackIsLocal() {
        assertThat(TokenGuard.isLocal("127.0.0.1", null, HERE)).isTrue();
        assertThat(TokenGuard.isLocal("0:0:0:0:0:0:0:1", null, HERE)).isTrue();
        assertThat(TokenGuard.isLocal("10.0.0.7", null, HERE)).isFalse();
        assertThat(TokenGuard.isLocal("0.0.0.0", null, HERE)).isFalse();
        assertThat(TokenGuard.isLocal(null, null, HERE)).isFalse();
    }

    @Test
    void pageOfAnotherSiteIsNotLocalAlthoughTheBrowserIs() {
        assertThat(TokenGuard.isLocal("127.0.0.1", "http://localhost:8081", HERE))
                .isTrue();
        assertThat(TokenGuard.isLocal("127.0.0.1", "https://evil.example", HERE))
                .isFalse();
        assertThat(TokenGuard.isLocal("127.0.0.1", "null", HERE)).isFalse();
    }
}
