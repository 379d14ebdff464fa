package dev.vertxoutbox.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the script passes on, in one word or in several. */
class ArgumentsTest {
    private static final List<String> ALL = List.of("one", "two", "three");
    private static final List<String> QUICK = List.of("two");

    @AfterEach
    void forgetSettings() {
        System.clearProperty("rounds");
        System.clearProperty(Settings.QUICK);
    }

    @Test
    void namesAndSettingsMayComeInOneArgument() {
        Arguments arguments = Arguments.of(new String[] {"/project", "-Drounds=7 one  three"}, ALL, QUICK);

        assertThat(arguments.names()).containsExactly("one", "three");
        assertThat(Settings.of("rounds", 3)).isEqualTo(7);
    }

    @Test
    void allAreThoseThatThereAre() {
        assertThat(Arguments.of(new String[] {"/project", "all"}, ALL, QUICK).names())
                .isEqualTo(ALL);
        assertThat(Settings.of("rounds", 3, 1)).isEqualTo(3);
    }

    @Test
    void quickIsSomeOfThemWithShortSettings() {
        assertThat(Arguments.of(new String[] {"/project", "quick"}, ALL, QUICK).names())
                .isEqualTo(QUICK);
        assertThat(Settings.of("rounds", 3, 1)).isEqualTo(1);
    }

    @Test
    void anUnknownNameAndNoneAreRefusedWithTheNamesThatThereAre() {
        assertThatThrownBy(() -> Arguments.of(new String[] {"/project", "four"}, ALL, QUICK))
                .hasMessageContaining("four")
                .hasMessageContaining("three");
        assertThatThrownBy(() -> Arguments.of(new String[] {"/project", ""}, ALL, QUICK))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
