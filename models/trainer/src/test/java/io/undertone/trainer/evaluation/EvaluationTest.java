package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.model.Embedding;
import io.undertone.rank.Estimate;
import io.undertone.rank.Ranking;
import io.undertone.tag.Abstention;
import io.undertone.tag.Tag;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Place;
import io.undertone.window.WindowQuality;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a sphere where every text's place is known: the prompts of a class point where its clips point.
class EvaluationTest {

    private static final WindowQuality QUALITY = new WindowQuality(1, 1, 0, false);
    private static final List<String> CLASSES = List.of("anger", "calm", "sadness");

    private static List<Group> groups;

    @BeforeAll
    static void measure() {
        List<ClipEncoding> clips = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            clips.add(clip(i));
        }
        groups = new Evaluation(EvaluationTest::embeddings, 0.1, 0.1, 1).groups(clips, Progress.NONE);
    }

    /// Estimated as labelled; the tagger abstains on every tenth clip, which points to a wrong class.
    private static ClipEncoding clip(int i) {
        String emotion = CLASSES.get(i % 3);
        String sex = i % 2 == 0 ? "f" : "m";
        Clip clip = new Clip("a/" + i, "a", "s" + i % 6, sex, emotion, "", Place.UNKNOWN, null, "en");
        double valence = switch (emotion) {
            case "anger" -> -0.51;
            case "calm" -> 0.35;
            default -> -0.63;
        };
        Tag tag = i % 10 == 9
                ? new Tag.Abstained(0, QUALITY, Abstention.UNCERTAIN)
                : new Tag.Scored(
                        0, QUALITY, Estimate.around(valence, 0.1), new Estimate(0.9, 0.9, 0.9), new Ranking(List.of()));
        return new ClipEncoding(
                clip, at((i % 10 == 9 ? i + 1 : i) % 3), valence, i % 3 == 0 ? 0.6 : -0.4, List.of(tag));
    }

    @Test
    void shouldMeasureEachCorpusSexAndLanguage() {
        assertThat(groups).extracting(Group::name).containsExactly("a", "f", "m", "en");
        assertThat(groups).extracting(Group::clips).containsExactly(60, 30, 30, 60);
        assertThat(groups).extracting(Group::speakers).containsExactly(6, 3, 3, 6);
    }

    @Test
    void shouldFindClassesByPromptsAndBracketTheFigure() {
        Interval recall = groups.getFirst().recall();
        assertThat(recall.value()).isCloseTo(0.9, within(1e-9));
        assertThat(recall.chance()).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(recall.low()).isLessThan(recall.value());
        assertThat(recall.high()).isGreaterThan(recall.value());
    }

    @Test
    void shouldAgreeWithItselfInOrderAndValue() {
        assertThat(groups.getFirst().valenceTau().value()).isCloseTo(1, within(1e-12));
        assertThat(groups.getFirst().valenceConcordance().value()).isGreaterThan(0.99);
    }

    @Test
    void shouldCountWhatTheIntervalsHoldAndWhatAbstainingBuys() {
        Certainty certainty = groups.getFirst().certainty();
        assertThat(certainty.valenceCoverage().value()).isEqualTo(1);
        assertThat(certainty.valenceCoverage().chance()).isLessThan(0.6);
        assertThat(certainty.arousalCoverage().value()).isZero();
        assertThat(certainty.abstained().value()).isCloseTo(0.1, within(1e-12));
        assertThat(certainty.accuracy().value()).isCloseTo(0.9, within(1e-12));
        assertThat(certainty.accuracyAnswered().value()).isEqualTo(1);
        assertThat(certainty.abstainingGains().value()).isCloseTo(0.1, within(1e-12));
    }

    /// Only how sure the probabilities are: no order, no recall, no accuracy, and no soft ladder.
    @Test
    void shouldMoveTheCalibrationErrorAloneByTheTemperatureOfProbabilities() {
        List<ClipEncoding> clips = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            clips.add(clip(i));
        }
        Group other = new Evaluation(EvaluationTest::embeddings, 0.1, 2, 1)
                .groups(clips, Progress.NONE)
                .getFirst();
        Group group = groups.getFirst();
        assertThat(other.certainty().calibrationError().value())
                .isGreaterThan(group.certainty().calibrationError().value() + 0.1);
        assertThat(other.certainty().accuracy()).isEqualTo(group.certainty().accuracy());
        assertThat(other.recall()).isEqualTo(group.recall());
        assertThat(other.softLadderValence()).isEqualTo(group.softLadderValence());
        Group ladder = new Evaluation(EvaluationTest::embeddings, 2, 0.1, 1)
                .groups(clips, Progress.NONE)
                .getFirst();
        assertThat(ladder.certainty()).isEqualTo(group.certainty());
    }

    /// Every other clip is rated by its arousal alone: it counts for that, and for nothing else.
    @Test
    void shouldMeasureByWhatTheLabelsSay() {
        List<ClipEncoding> clips = new ArrayList<>();
        List<ClipEncoding> rated = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            clips.add(clip(i));
            rated.add(new ClipEncoding(
                    new Clip("b/" + i, "b", "t" + i % 4, "", "", "", new Place(Double.NaN, i / 60.0), null),
                    at(i % 3),
                    0,
                    i,
                    clip(i).tags()));
        }
        clips.addAll(rated);
        List<Group> mixed = new Evaluation(EvaluationTest::embeddings, 0.1, 0.1, 1).groups(clips, Progress.NONE);
        Group all = mixed.getFirst();
        Group categories = groups.getFirst();
        Group arousal = mixed.get(2);

        assertThat(all.clips()).isEqualTo(120);
        assertThat(all.valenceTau()).isEqualTo(categories.valenceTau());
        assertThat(all.recall()).isEqualTo(categories.recall());
        assertThat(all.gap().pairs()).isEqualTo(60);
        assertThat(all.certainty().accuracy()).isEqualTo(categories.certainty().accuracy());
        assertThat(arousal.name()).isEqualTo("b");
        assertThat(arousal.arousalTau().value()).isCloseTo(1, within(1e-12));
        assertThat(arousal.classes()).isZero();
        JsonNode json = new ObjectMapper().valueToTree(arousal);
        assertThat(json.findParents("chance")).hasSize(6); // of arousal four, its coverage, and how many abstained
        for (String figure : List.of("valenceTau", "softLadderValence", "recall")) {
            assertThat(json.get(figure).isNull()).as(figure).isTrue();
        }
        assertThat(new EvaluationReport("tiny 1", "unseen speakers", mixed, List.of()).toMarkdown())
                .contains("| tau valence | 1.00 [1.00, 1.00] | 1.00 [1.00, 1.00] | - |");
    }

    @Test
    void shouldPrintEveryGroupInBothForms() {
        EvaluationReport report = new EvaluationReport("tiny 1", "unseen speakers", groups, List.of());
        assertThat(report.toMarkdown()).contains("| clips of | a |", "| tau valence | 1.00 [1.00, 1.00] |");
        assertThat(report.tables()).hasSize(2);
        assertThat(report.tables().getLast().toText()).contains("sex f", "sex m", "language en");
    }

    private static List<Embedding> embeddings(List<String> texts) {
        return texts.stream().map(EvaluationTest::embedding).toList();
    }

    private static Embedding embedding(String text) {
        if (text.contains("angry") || text.contains("furious") || text.contains("irritated")) {
            return at(0);
        }
        return at(text.contains("calm") || text.contains("relaxed") || text.contains("peaceful") ? 1 : 2);
    }

    private static Embedding at(int axis) {
        float[] values = new float[3];
        values[axis] = 1;
        return Embedding.normalized(values);
    }
}
