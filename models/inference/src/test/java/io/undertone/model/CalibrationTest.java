package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationTest {

    @Test
    void shouldComeBackFromItsJsonWithTheSameCurves() {
        Calibration calibration = Calibration.of(embeddings(40, 8), 0.9, 0.6, 0.5, 0.2);

        Calibration read = Calibration.fromJson(Path.of("calibration.json"), calibration.toJson());

        Embedding prompt = embeddings(1, 8).getFirst();
        for (double s = -1; s <= 1; s += 0.1) {
            assertThat(read.strengthCurve(prompt).at(s))
                    .isCloseTo(calibration.strengthCurve(prompt).at(s), within(1e-6));
        }
        assertThat(read.count()).isEqualTo(40);
        assertThat(read.coverage()).isEqualTo(0.9);
        assertThat(read.valenceHalfWidth()).isEqualTo(0.6);
        assertThat(read.arousalHalfWidth()).isEqualTo(0.5);
        assertThat(read.minStrength()).isEqualTo(0.2);
    }

    @Test
    void shouldRefuseNumbersOutOfRangeByName() {
        assertRefused(15, 0.9, 0.6, 0.5, 0.2, "count of reference embeddings must be at least 16: 15");
        assertRefused(40, 1, 0.6, 0.5, 0.2, "coverage must be in (0, 1): 1.0");
        assertRefused(40, 0.9, 0, 0.5, 0.2, "valenceHalfWidth must be in (0, 2]: 0.0");
        assertRefused(40, 0.9, 0.6, Double.NaN, 0.2, "arousalHalfWidth must be in (0, 2]: NaN");
        assertRefused(40, 0.9, 0.6, 0.5, 1, "minStrength must be in [0, 1): 1.0");
    }

    private static void assertRefused(
            int count, double coverage, double valence, double arousal, double minStrength, String message) {
        assertThatThrownBy(() -> Calibration.of(embeddings(count, 8), coverage, valence, arousal, minStrength))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static List<Embedding> embeddings(int count, int dim) {
        Random random = new Random(11);
        return IntStream.range(0, count)
                .mapToObj(_ -> {
                    float[] values = new float[dim];
                    for (int i = 0; i < dim; i++) {
                        values[i] = (float) random.nextGaussian();
                    }
                    return Embedding.normalized(values);
                })
                .toList();
    }
}
