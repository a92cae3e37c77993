package io.undertone.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.model.ModelBundle;
import io.undertone.model.Softmax;
import io.undertone.model.TestBundles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PromptBankTest {

    private static final double TEMPERATURE = 0.1;

    private static ModelBundle bundle;

    @BeforeAll
    static void open() {
        bundle = TestBundles.openTiny();
    }

    @AfterAll
    static void close() {
        bundle.close();
    }

    @Test
    void shouldBringTheBundlesOwnPrompts() {
        PromptBank bank = PromptBank.ofDefaults(bundle);
        assertThat(bank.id()).isEqualTo("default");
        assertThat(bank.version()).isEqualTo("0.1.0");
        assertThat(bank.prompts()).extracting(Prompt::id).containsExactly("angry", "calm", "sad", "happy", "neutral");
    }

    @Test
    void shouldRankEveryPromptByItsOwnCosine() {
        PromptBank bank = PromptBank.ofDefaults(bundle);
        Embedding window = embedding(1);

        List<RankedPrompt> ranked =
                new Ranker(TEMPERATURE, Listing.all()).rank(window, bank).prompts();

        assertThat(ranked).hasSize(5);
        assertThat(ranked)
                .isSortedAccordingTo(
                        Comparator.comparingDouble(RankedPrompt::similarity).reversed());
        for (RankedPrompt prompt : ranked) {
            Embedding text =
                    bundle.textEncoder().encode(List.of(prompt.prompt().text())).getFirst();
            assertThat(prompt.similarity()).isCloseTo(window.cosine(text), within(1e-6));
            assertThat(prompt.strength())
                    .isEqualTo(bundle.calibration().strengthCurve(text).at(prompt.similarity()));
        }
        assertThat(ranked.stream().mapToDouble(RankedPrompt::probability).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void shouldMoveNoStrengthWhenPromptsAreAdded() {
        List<Prompt> few = List.of(new Prompt("a", "an angry voice"), new Prompt("b", "a bored voice"));
        List<Prompt> more = new ArrayList<>(List.of(new Prompt("c", "somebody cheering")));
        more.addAll(few);
        more.add(new Prompt("d", "somebody in despair"));
        Ranker ranker = new Ranker(TEMPERATURE, Listing.all());

        for (int seed = 0; seed < 20; seed++) {
            Ranking small = ranker.rank(embedding(seed), bank(few));
            Ranking large = ranker.rank(embedding(seed), bank(more));
            for (Prompt prompt : few) {
                assertThat(find(large, prompt).strength())
                        .isEqualTo(find(small, prompt).strength());
                assertThat(find(large, prompt).similarity())
                        .isEqualTo(find(small, prompt).similarity());
                assertThat(find(large, prompt).probability())
                        .isLessThan(find(small, prompt).probability());
            }
        }
    }

    @Test
    void shouldListTheMostSimilarAndThoseThatAreAlwaysWanted() {
        List<Prompt> prompts = IntStream.range(0, 40)
                .mapToObj(i -> new Prompt("p" + i, "a voice like number " + i))
                .toList();
        PromptBank bank = bank(prompts);
        for (int seed = 0; seed < 20; seed++) {
            Ranking all = new Ranker(TEMPERATURE, Listing.all()).rank(embedding(seed), bank);
            List<RankedPrompt> expected = new ArrayList<>(all.prompts().subList(0, 5));
            all.prompts().stream()
                    .skip(5)
                    .filter(ranked -> ranked.prompt().id().matches("p7|p11"))
                    .forEach(expected::add);

            Ranking some =
                    new Ranker(TEMPERATURE, new Listing(5, Set.of("p7", "p11", "missing"))).rank(embedding(seed), bank);

            assertThat(some.prompts()).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void shouldKeepTheBanksOrderAmongEquals() {
        List<Prompt> same = IntStream.range(0, 6)
                .mapToObj(i -> new Prompt("p" + i, "the same words"))
                .toList();
        Ranking ranking = new Ranker(TEMPERATURE, Listing.all()).rank(embedding(3), bank(same));
        assertThat(ranking.prompts()).extracting(RankedPrompt::prompt).containsExactlyElementsOf(same);
    }

    @Test
    void shouldEncodeATextOnce() {
        List<Embedding> first = bundle.textEncoder().encode(List.of("a hurried voice", "a hurried voice"));
        Embedding again =
                bundle.textEncoder().encode(List.of("a hurried voice")).getFirst();
        assertThat(first.get(0)).isSameAs(first.get(1)).isSameAs(again);
    }

    @Test
    void shouldRefuseAnIdThatStandsTwice() {
        assertThatThrownBy(() -> bank(List.of(new Prompt("a", "one"), new Prompt("a", "two"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("prompt bank 'test' holds the id 'a' twice: 'one' and 'two'");
    }

    @Test
    void shouldRefuseABankWithoutPrompts() {
        assertThatThrownBy(() -> bank(List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("prompt bank 'test' must hold at least one prompt");
    }

    @Test
    void shouldNameThePromptThatIsTooLong() {
        assertThatThrownBy(() -> bank(List.of(new Prompt("novel", "very ".repeat(200)))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("prompt 'novel': a text for the sentence encoder may have at most 128 tokens");
    }

    @Test
    void shouldComputeTheSoftmaxByHand() {
        // e^(0.2/0.1) = e^2 = 7.389056, e^0 = 1: 0.880797, 0.119203
        assertThat(Softmax.of(new double[] {0.2, 0}, 0.1))
                .containsExactly(new double[] {0.880797, 0.119203}, within(1e-6));
    }

    private static PromptBank bank(List<Prompt> prompts) {
        return PromptBank.of("test", "1", prompts, bundle.textEncoder());
    }

    private static RankedPrompt find(Ranking ranking, Prompt prompt) {
        return ranking.prompts().stream()
                .filter(ranked -> ranked.prompt().equals(prompt))
                .findFirst()
                .orElseThrow();
    }

    private static Embedding embedding(int seed) {
        Random random = new Random(seed);
        float[] values = new float[16];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Embedding.normalized(values);
    }
}
