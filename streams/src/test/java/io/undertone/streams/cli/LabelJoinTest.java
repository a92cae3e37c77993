package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.TrainingEmbedding;
import io.undertone.schemas.TrainingLabel;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelJoinTest {

    private static final Instant SAID = Instant.parse("2026-11-25T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // a moment touches the windows that hold it
        "12000, 12000, 10000, 13000, true",
        "12000, 12000, 12000, 15000, true",
        "12000, 12000, 9000, 12000, false",
        // a long stretch touches the windows that it covers by half
        "10000, 20000, 8500, 11500, true",
        "10000, 20000, 8400, 11400, false",
        "10000, 20000, 18500, 21500, true",
        "10000, 20000, 18600, 21600, false",
        // a short one touches those that hold half of it
        "10000, 11000, 10500, 13500, true",
        "10000, 11000, 10501, 13501, false",
        "10000, 11000, 9000, 12000, true",
        "10000, 11000, 11000, 14000, false",
        // one that is only a millisecond long
        "10000, 10001, 7000, 10000, false",
    })
    void shouldTouchAWindowThatSharesHalfOfTheShorterOne(long from, long to, long start, long end, boolean touches) {
        assertThat(LabelJoin.touches(label(from, to, "anger", SAID), start, end))
                .isEqualTo(touches);
    }

    @Test
    void shouldTakeTheLatestLabelAndOfThoseSaidAtOnceTheShortest() {
        TrainingLabel whole = label(0, 60_000, "calm", SAID);
        TrainingLabel outburst = label(10_000, 14_000, "anger", SAID);
        TrainingLabel corrected = label(0, 30_000, "fear", SAID.plusSeconds(1));

        assertThat(new LabelJoin(List.of(whole, outburst)).labelOf(window("call", 10_000)))
                .contains(outburst);
        assertThat(new LabelJoin(List.of(outburst, whole)).labelOf(window("call", 10_000)))
                .contains(outburst);
        assertThat(new LabelJoin(List.of(whole, outburst, corrected)).labelOf(window("call", 10_000)))
                .contains(corrected);
        assertThat(new LabelJoin(List.of(whole, outburst, corrected)).labelOf(window("call", 40_000)))
                .contains(whole);
    }

    @Test
    void shouldLeaveOtherChannelsAndCallsAlone() {
        LabelJoin join = new LabelJoin(List.of(label(0, 60_000, "calm", SAID)));

        assertThat(join.hasLabels(window("call", 0))).isTrue();
        assertThat(join.hasLabels(window("other", 0))).isFalse();
        assertThat(join.labelOf(window("other", 0))).isEmpty();
        assertThat(join.labelOf(window("call", 60_000))).isEmpty();
    }

    /// What the trainer reads: its own test reads this very line.
    @Test
    void shouldWriteALineThatTheTrainerReadsAndThatNamesNobody() {
        TrainingLabel label =
                new TrainingLabel("call", "customer", 0L, 60_000L, "anger", "strong", -0.5, 0.75, 2.0, SAID);

        assertThat(CollectCommand.line(window("call", 1000), label))
                .isEqualTo("{\"model\":\"tiny 0.1.0\",\"embedding\":[0.6,-0.8],"
                        + "\"said\":{\"valence\":-0.25,\"arousal\":0.5},\"label\":{\"emotion\":\"anger\","
                        + "\"intensity\":\"strong\",\"valence\":-0.5,\"arousal\":0.75},"
                        + "\"speaker\":\"d774018859eb0222\",\"corpus\":\"calls\",\"weight\":2.0}")
                .doesNotContain("call/", "customer");
    }

    private static TrainingLabel label(long from, long to, String emotion, Instant at) {
        return new TrainingLabel("call", "customer", from, to, emotion, null, null, null, 1.0, at);
    }

    private static TrainingEmbedding window(String call, long start) {
        return new TrainingEmbedding(
                call,
                "customer",
                start / 1000,
                start,
                start + 3000,
                new ModelVersion("tiny", "0.1.0"),
                List.of(0.6f, -0.8f),
                -0.25,
                0.5,
                null,
                SAID,
                SAID);
    }
}
