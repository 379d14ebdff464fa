package dev.vertxoutbox.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Duration LENGTH = Duration.ofSeconds(35);
    private static final Duration PACE = Duration.ofMillis(1_500);
    private static final Map<Kind.Where, List<String>> TARGETS = Arrays.stream(Kind.Where.values())
            .collect(Collectors.toMap(Function.identity(), where -> List.of("first", "second")));

    @Test
    void faultsOfOneSeedFollowThoseOfTheOther() {
        List<Fault> both = schedule(1, 2).faults();
        List<Fault> first = schedule(1).faults();
        List<Fault> second = schedule(2).faults();

        assertThat(second)
                .extracting(Fault::kind)
                .isNotEqualTo(first.stream().map(Fault::kind).toList());
        assertThat(both)
                .startsWith(first.toArray(Fault[]::new))
                .endsWith(second.stream().map(ScheduleTest::later).toArray(Fault[]::new))
                .hasSize(first.size() + second.size());
    }

    private static Schedule schedule(long... seeds) {
        return Schedule.of(LongStream.of(seeds).boxed().toList(), LENGTH, PACE, TARGETS);
    }

    private static Fault later(Fault fault) {
        return new Fault(fault.at().plus(LENGTH), fault.kind(), fault.target(), fault.lasts(), fault.share());
    }
}
