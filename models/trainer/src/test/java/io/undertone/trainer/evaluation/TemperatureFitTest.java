package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.model.Embedding;
import io.undertone.model.Softmax;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Place;
import io.undertone.trainer.evaluation.TemperatureFit.Choice;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TemperatureFitTest {

    private static final double RIGHT = 0.9;
    private static final double WRONG = 0.3;

    /// jqwik prints the seed.
    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void shouldRecoverTheTemperatureThatLabelsWereDrawnAt(
            @ForAll @DoubleRange(min = 0.05, max = 0.6) double temperature,
            @ForAll @IntRange(min = 2, max = 30) int categories,
            @ForAll long seed) {
        List<Choice> choices = drawn(6_000, categories, temperature, new Random(seed));

        double fitted = TemperatureFit.fitted(choices);

        assertThat(fitted).isCloseTo(temperature, within(0.15 * temperature)); // five times its standard error or more
        double least = TemperatureFit.surprise(choices, fitted);
        assertThat(least).isLessThanOrEqualTo(TemperatureFit.surprise(choices, fitted * 1.02));
        assertThat(least).isLessThanOrEqualTo(TemperatureFit.surprise(choices, fitted / 1.02));
        assertThat(TemperatureFit.fitted(choices)).isEqualTo(fitted);
    }

    @Test
    void shouldStayInBoundsWhereEveryAnswerIsRightOrNoneIs() {
        assertThat(TemperatureFit.fitted(List.of(new Choice(new double[] {RIGHT, WRONG}, 0, 1))))
                .isEqualTo(TemperatureFit.LEAST);
        assertThat(TemperatureFit.fitted(List.of(new Choice(new double[] {RIGHT, WRONG}, 1, 1))))
                .isEqualTo(TemperatureFit.MOST);
        assertThat(TemperatureFit.fitted(List.of(new Choice(new double[] {WRONG, WRONG}, 0, 1))))
                .as("no answer is better than another")
                .isEqualTo(TemperatureFit.MOST);
        assertThat(TemperatureFit.surprise(List.of(new Choice(new double[] {1, -1}, 1, 1)), 1e-4))
                .as("a probability too small for a double")
                .isFinite();
    }

    /// Of two categories 0.6 apart, three of four right: odds of 3 are exp(0.6 / t).
    @Test
    void shouldGiveTheTemperatureComputedByHand() {
        List<Choice> choices =
                List.of(new Choice(new double[] {RIGHT, WRONG}, 0, 3), new Choice(new double[] {RIGHT, WRONG}, 1, 1));
        assertThat(TemperatureFit.fitted(choices)).isCloseTo(0.6 / Math.log(3), within(5e-5));
        assertThat(TemperatureFit.surprise(choices, 0.6 / Math.log(3)))
                .isCloseTo(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25), within(1e-12));
    }

    @Test
    void shouldCountCorporaAlikeAndSpeakersAlikeInThem() {
        List<LabelledEmbedding> once = new ArrayList<>();
        speaker(once, "a", "1", 3, 1);
        speaker(once, "a", "2", 1, 1);
        speaker(once, "b", "3", 9, 1);
        List<LabelledEmbedding> more = new ArrayList<>();
        speaker(more, "a", "1", 12, 4);
        speaker(more, "a", "2", 1, 1);
        speaker(more, "b", "3", 9, 1);
        TemperatureFit few = fit(once);
        TemperatureFit many = fit(more);

        assertThat(many.temperature()).isEqualTo(few.temperature());
        assertThat(many.windows()).isEqualTo(few.windows() + 12);
        assertThat(few.speakers()).isEqualTo(3);
        assertThat(few.after().surprise()).isLessThan(few.before().surprise());
    }

    /// What a corpus is given by the others is what they have without it.
    @Test
    void shouldSayWhatEachCorpusGivesAndIsGiven() {
        List<LabelledEmbedding> windows = new ArrayList<>();
        speaker(windows, "a", "1", 3, 1);
        double alone = fit(windows).temperature();
        assertThat(fit(windows).corpora().getFirst().others()).isNaN();
        assertThat(fit(windows).table().toMarkdown()).contains("| a | 4 / 1 | ", " | - | ");
        speaker(windows, "b", "2", 9, 1);

        TemperatureFit both = fit(windows);
        TemperatureFit.OfCorpus a = both.corpora().getFirst();
        TemperatureFit.OfCorpus b = both.corpora().getLast();

        assertThat(both.corpora()).extracting(TemperatureFit.OfCorpus::corpus).containsExactly("a", "b");
        assertThat(a.alone()).isEqualTo(alone).isEqualTo(b.others());
        assertThat(b.alone()).isEqualTo(a.others()).isLessThan(both.temperature()); // it is right more often
        assertThat(a.after().surprise()).isLessThan(a.byOthers().surprise());
        assertThat(a.byOthers().calibrationError())
                .isGreaterThan(a.after().calibrationError())
                .isCloseTo(0.15, within(0.001)); // as sure as of 9 in 10, right in 3 of 4
    }

    @Test
    void shouldLeaveOutWhatHasNoChoice() {
        List<LabelledEmbedding> windows = new ArrayList<>();
        windows.add(window("one", "1", "anger", true));
        windows.add(window("one", "2", "anger", false));
        windows.add(window("rated", "3", "", true));
        assertThat(TemperatureFit.of(windows, labels(windows), TemperatureFitTest::texts, 0.2))
                .isEmpty();
        assertThat(TemperatureFit.of(List.of(), labels(windows), TemperatureFitTest::texts, 0.2))
                .isEmpty();

        List<Clip> others = new ArrayList<>(labels(windows));
        others.add(window("one", "5", "calm", true).label()); // what another speaker of the corpus has
        assertThat(TemperatureFit.of(windows, others, TemperatureFitTest::texts, 0.2))
                .hasValueSatisfying(fit -> assertThat(fit.windows()).isEqualTo(2));

        speaker(windows, "two", "4", 3, 1);
        assertThat(fit(windows).windows()).isEqualTo(4);
        assertThat(fit(windows).speakers()).isEqualTo(1);
        assertThat(fit(windows)).asString().contains("4 windows of 1 speakers: ");
        assertThat(fit(windows).table().toText()).contains("two ").doesNotContain("rated");
    }

    private static TemperatureFit fit(List<LabelledEmbedding> windows) {
        return TemperatureFit.of(windows, labels(windows), TemperatureFitTest::texts, 0.2)
                .orElseThrow();
    }

    private static List<Clip> labels(List<LabelledEmbedding> windows) {
        return windows.stream().map(LabelledEmbedding::label).toList();
    }

    /// Labels drawn by the softmax of cosines at that temperature.
    private static List<Choice> drawn(int windows, int categories, double temperature, Random random) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < windows; i++) {
            double[] similarities = random.doubles(categories, -0.5, 0.9).toArray();
            double[] probabilities = Softmax.of(similarities, temperature);
            double left = random.nextDouble();
            int wanted = 0;
            while (wanted < categories - 1 && left >= probabilities[wanted]) {
                left -= probabilities[wanted++];
            }
            choices.add(new Choice(similarities, wanted, 0.5 + random.nextDouble()));
        }
        return choices;
    }

    private static void speaker(List<LabelledEmbedding> into, String corpus, String speaker, int right, int wrong) {
        for (int i = 0; i < right + wrong; i++) {
            into.add(window(corpus, speaker, i % 2 == 0 ? "anger" : "calm", i < right));
        }
    }

    /// Points to its category, or to the other one.
    private static LabelledEmbedding window(String corpus, String speaker, String emotion, boolean right) {
        Clip label = new Clip(corpus + "/x", corpus, speaker, "", emotion, "", Place.UNKNOWN, null);
        float toAnger = emotion.equals("calm") == right ? 0.3f : 0.9f;
        return new LabelledEmbedding(label, Embedding.normalized(new float[] {toAnger, 1.2f - toAnger}), 0, 0, 1, "x");
    }

    private static List<Embedding> texts(List<String> texts) {
        return texts.stream()
                .map(text -> Embedding.normalized(
                        text.matches(".*(calm|relaxed|peaceful).*") ? new float[] {0, 1} : new float[] {1, 0}))
                .toList();
    }
}
