package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuresTest {

    @Test
    void shouldGiveTheTauBOfPairsCountedByHand() {
        // pairs: 4 concordant, 0 discordant, 1 tied in x, 1 tied in y: 4 / sqrt(5 * 5)
        double tau = Measures.kendall(new double[] {1, 1, 2, 3}, new double[] {1, 2, 3, 3});
        assertThat(tau).isCloseTo(0.8, within(1e-12));
        assertThat(Measures.kendall(new double[] {1, 2, 3}, new double[] {3, 2, 1}))
                .isEqualTo(-1);
        assertThat(Measures.kendall(new double[] {1, 1, 1}, new double[] {3, 2, 1}))
                .isZero();
    }

    @Test
    void shouldWeighClassesEvenlyWhateverTheirSize() {
        assertThat(Measures.averageRecall(new int[] {0, 0, 0, 0, 1}, new int[] {0, 0, 0, 0, 0}))
                .isEqualTo(0.5);
    }

    @Test
    void shouldReachOneWhenEachStepRetrievesItsOwnClips() {
        double[] values = {-1, -0.9, 0, 0.1, 0.9, 1};
        double[][] similarities = {
            {1, 0.9, 0, 0, 0, 0}, {0, 0, 1, 0.9, 0, 0}, {0, 0, 0, 0, 0.9, 1},
        };
        assertThat(Measures.ladder(similarities, values, 1)).isEqualTo(1);
        assertThat(Measures.ladder(similarities, values, 2)).isCloseTo(0.8944, within(1e-4));
    }

    @Test
    void shouldFindClassesByPromptsAndBracketEveryFigure() {
        // A sphere on which the angle of a text is known: the prompt of a class points where its clips point.
        List<ClipEncoding> clips = new ArrayList<>();
        List<String> classes = List.of("anger", "calm", "sadness");
        for (int i = 0; i < 60; i++) {
            String emotion = classes.get(i % 3);
            Clip clip = new Clip("a/" + i, "a", "s" + i % 6, "", emotion, "", null, null);
            double valence = switch (emotion) {
                case "anger" -> -0.5;
                case "calm" -> 0.4;
                default -> -0.6;
            };
            clips.add(new ClipEncoding(clip, at(i % 3), valence, i % 3 == 0 ? 0.6 : -0.4));
        }
        Evaluation evaluation = new Evaluation(
                texts -> texts.stream()
                        .map(text -> text.contains("angry") || text.contains("furious")
                                ? at(0)
                                : text.contains("calm") || text.contains("relaxed") ? at(1) : at(2))
                        .toList(),
                1);
        EvaluationReport.Group group = evaluation.groups(clips).getFirst();
        assertThat(group.name()).isEqualTo("a");
        assertThat(group.speakers()).isEqualTo(6);
        assertThat(group.valenceTau().value()).isEqualTo(1);
        assertThat(group.recall().value()).isGreaterThan(0.6);
        assertThat(group.recall().chance()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(group.recall().low()).isLessThanOrEqualTo(group.recall().value());
        assertThat(group.recall().high()).isGreaterThanOrEqualTo(group.recall().value());
    }

    private static Embedding at(int axis) {
        float[] values = new float[3];
        values[axis] = 1;
        return Embedding.normalized(values);
    }
}
