package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Place;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HeardSpeakersTest {

    private static final HeardSpeakers NAMED = HeardSpeakers.of(
            "some 1.0.0",
            Map.of(
                    "corpora",
                    List.of("ravdess", "nemo"),
                    "learnedSpeakers",
                    Map.of("ravdess", List.of("r1", "r2"), "nemo", List.of("n1")),
                    "calibrationSpeakers",
                    List.of("r3"),
                    "testSpeakers",
                    List.of("r4")));

    /// As bundles were written before the learned speakers had names.
    private static final HeardSpeakers OLD = HeardSpeakers.of(
            "old 1.0.0",
            Map.of("corpora", List.of("ravdess"), "calibrationSpeakers", List.of("r3"), "testSpeakers", List.of("r4")));

    @Test
    void shouldTakeAnybodyForUnheardWhomItNeitherLearnedFromNorCalibratedOn() {
        assertThat(NAMED.measurable(clips("ravdess/r1", "ravdess/r3", "ravdess/r4", "ravdess/r9", "nemo/n2")))
                .isEqualTo(clips("ravdess/r4", "ravdess/r9", "nemo/n2"));
    }

    @Test
    void shouldTellSpeakersByCorpusToo() {
        assertThat(NAMED.unheard(clips("nemo/r1", "ased/r1", "ased/r3"))).hasSize(3);
        assertThat(NAMED.knows("nemo")).isTrue();
        assertThat(NAMED.knows("ased")).isFalse();
    }

    @Test
    void shouldNameCorporaAndCountsWhenNobodyIsLeft() {
        assertThatThrownBy(() -> NAMED.measurable(clips("ravdess/r1", "ravdess/r2", "ravdess/r3", "nemo/n1")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("nothing is left to measure, nobody here counts as unheard by some 1.0.0: of 1 speakers of"
                        + " corpus 'nemo' 1 were learned from and 0 calibrated on; of 3 speakers of corpus 'ravdess'"
                        + " 2 were learned from and 1 calibrated on");
        assertThat(NAMED.unheard(clips("ravdess/r1"))).isEmpty();
    }

    @Test
    void shouldCountTestSpeakersAloneWhereTheLearnedOnesHaveNoNames() {
        assertThat(OLD.measurable(clips("ravdess/r1", "ravdess/r4", "ravdess/r9", "ased/a1")))
                .isEqualTo(clips("ravdess/r4", "ased/a1"));
        assertThatThrownBy(() -> OLD.measurable(clips("ravdess/r1", "ravdess/r9")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(
                        "of 2 speakers of corpus 'ravdess' 0 were kept for tests, and no others count: the"
                                + " manifest has no training.learnedSpeakers.ravdess");
    }

    @Test
    void shouldRefuseLearnedSpeakersWithoutTheirCorpora() {
        assertThatThrownBy(() -> HeardSpeakers.of("odd 1.0.0", Map.of("learnedSpeakers", List.of("r1"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "training.learnedSpeakers in the manifest of odd 1.0.0 must hold a list of speakers for each"
                                + " corpus: [r1]");
    }

    @Test
    void shouldNameEveryCorpusOfANewBundleSoThatItsListIsWhole() {
        assertThat(HeardSpeakers.learnedFrom(
                        List.of("ravdess", "nemo"), clips("ravdess/r2", "ravdess/r1", "ravdess/r2")))
                .isEqualTo(Map.of("ravdess", List.of("r1", "r2"), "nemo", List.of()));
    }

    @Test
    void shouldAddWhomTheHeadsAreRetrainedOnButNoCalls() {
        assertThat(NAMED.learnedAlso(clips("ravdess/r9", "ased/a2", "ased/a1", "calls/0a1b")))
                .isEqualTo(Map.of(
                        "ravdess", List.of("r1", "r2", "r9"), "nemo", List.of("n1"), "ased", List.of("a1", "a2")));
    }

    @Test
    void shouldNotPretendToKnowWhomAnOldBundleLearnedFrom() {
        assertThat(OLD.learnedAlso(clips("ravdess/r9", "ased/a1"))).isEqualTo(Map.of("ased", List.of("a1")));
    }

    /// @param names `corpus/speaker`
    private static List<Clip> clips(String... names) {
        return Stream.of(names)
                .map(name -> name.split("/", 2))
                .map(part -> new Clip(part[0] + "/1.wav", part[0], part[1], "", "anger", "", Place.UNKNOWN, null))
                .toList();
    }
}
