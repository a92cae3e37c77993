package io.undertone.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.model.Embedding;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptMatrixTest {

    private static final Random RANDOM = new Random(4);

    /// The plain loop is the reference; the last bits differ, because the matrix sums floats.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 127, 128, 129, 384, 515})
    void shouldGiveTheCosinesOfThePlainLoop(int dim) {
        for (int size : new int[] {1, 2, 3, 8, 9, 1023, 1024, 1025, 2500}) {
            List<Embedding> prompts = embeddings(dim, size);
            Embedding window = embedding(dim);

            float[] cosines = new PromptMatrix(prompts).cosines(window);

            assertThat(cosines).hasSize(size);
            for (int i = 0; i < size; i++) {
                assertThat((double) cosines[i]).isCloseTo(window.cosine(prompts.get(i)), within(1e-6));
            }
        }
    }

    @Test
    void shouldGiveTheSameBitsWhateverStandsBeside() {
        List<Embedding> prompts = embeddings(128, 1500);
        Embedding window = embedding(128);
        float[] together = new PromptMatrix(prompts).cosines(window);
        for (int i = 0; i < prompts.size(); i++) {
            assertThat(new PromptMatrix(List.of(prompts.get(i))).cosines(window)[0])
                    .isEqualTo(together[i]);
        }
    }

    @Test
    void shouldRefuseAnEmbeddingOfAnotherLength() {
        PromptMatrix matrix = new PromptMatrix(embeddings(8, 3));
        assertThatThrownBy(() -> matrix.cosines(embedding(9)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dim must be 8: 9");
    }

    private static List<Embedding> embeddings(int dim, int size) {
        return Stream.generate(() -> embedding(dim)).limit(size).toList();
    }

    private static Embedding embedding(int dim) {
        float[] values = new float[dim];
        for (int i = 0; i < dim; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        return Embedding.normalized(values);
    }
}
