package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.streams.cli.TagJson;
import io.undertone.window.WindowSpec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class RampTest {

    @Test
    void shouldNameTheMostCallsWithWhichTheTaggerKeptUp() {
        Ramp ramp = new Ramp(List.of(step(40, 5_000, 1), step(80, 4_500, 0.995), step(120, 4_400, 0.98)));

        ObjectNode json = TagJson.object();
        ramp.putInto(json);

        assertThat(ramp.limit().orElseThrow().calls()).isEqualTo(80);
        assertThat(ramp.costLastOverFirst().orElseThrow()).isCloseTo(0.9, within(1e-9));
        assertThat(json.get("limitCalls").asInt()).isEqualTo(80);
        assertThat(json.get("steps")).hasSize(3);
        assertThat(json.get("steps").get(2).get("keptUp").asBoolean()).isFalse();
        assertThat(String.join("\n", ramp.lines()))
                .contains("live, 120 calls: too many")
                .contains("80, 80 windows/s; a window costs 0.90 of what it cost with 40 calls");
    }

    @Test
    void shouldHaveNoLimitWhereTheFirstStepIsTooMuch() {
        Ramp ramp = new Ramp(List.of(step(40, 5_000, 0.5)));

        ObjectNode json = TagJson.object();
        ramp.putInto(json);

        assertThat(json.get("limitCalls").isNull()).isTrue();
        assertThat(json.get("limitWindowsPerSecond").isNull()).isTrue();
        assertThat(json.get("costLastOverFirst").isNull()).isTrue();
    }

    @Test
    void shouldKnowHowManyWindowsAreDue() {
        WindowMath math = new WindowMath(new WindowSpec(16_000, 48_000, 8_000), 2);

        assertThat(math.windowsOf(Duration.ofMillis(2_999))).isZero();
        assertThat(math.windowsOf(Duration.ofSeconds(4))).isEqualTo(3);
        assertThat(math.secondsOf(3)).isEqualTo(4);
        assertThat(math.rateOf(5)).isEqualTo(20);
        assertThat(math.callsFor(21)).isEqualTo(5);
        assertThat(math.windowsWithin(5, Duration.ofSeconds(10))).isEqualTo(200);
    }

    private static Ramp.Step step(int calls, double micros, double inTime) {
        return new Ramp.Step(
                calls,
                calls,
                calls,
                micros,
                micros / 2,
                1,
                50,
                200,
                inTime,
                3,
                new Memory(100, OptionalDouble.empty()),
                Duration.ZERO);
    }
}
