package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Reference vectors: the same two files run once by the Python packages onnxruntime 1.30 and tokenizers 0.23, the
/// weights dequantised there by other code, one text at a time, without padding.
class SentenceEncoderTest {

    private static SentenceEncoder encoder;

    @BeforeAll
    static void open() {
        encoder = SentenceEncoder.open();
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    @Test
    void shouldCutTextsIntoTheReferenceTokens() throws IOException {
        for (JsonNode golden : golden()) {
            assertThat(encoder.tokenIds(golden.get("text").asText()))
                    .containsExactly(new ObjectMapper().treeToValue(golden.get("tokens"), long[].class));
        }
    }

    @Test
    void shouldGiveTheReferenceVectors() throws IOException {
        for (JsonNode golden : golden()) {
            float[] vector =
                    encoder.encode(List.of(golden.get("text").asText())).getFirst();

            assertThat(vector).hasSize(SentenceEncoder.DIM);
            for (int i = 0; i < vector.length; i++) {
                // The reference has 6 decimals; fusing kernels or not moved values by 1e-7.
                assertThat((double) vector[i])
                        .isCloseTo(golden.get("vector").get(i).asDouble(), within(1e-5));
            }
        }
    }

    @Test
    void shouldGiveATextTheSameBitsWhateverStandsBesideIt() {
        String text = "a tired and quiet voice";
        float[] alone = encoder.encode(List.of(text)).getFirst();

        float[] beside = encoder.encode(List.of("x", "somebody who laughs out loud and long", text))
                .get(2);

        assertThat(beside).containsExactly(alone);
    }

    @Test
    void shouldRefuseATextThatTheModelWouldTruncate() {
        assertThat(encoder.encode(List.of("a " + "very ".repeat(124) + "voice")))
                .hasSize(1); // 128 tokens
        assertThatThrownBy(() -> encoder.encode(List.of("a " + "very ".repeat(125) + "voice")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at most 128 tokens: 129");
    }

    @Test
    void shouldRefuseABlankText() {
        assertThatThrownBy(() -> encoder.encode(List.of(" \t")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must not be blank");
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SentenceEncoderTest.class.getResourceAsStream("minilm-golden.json"))) {
            return new ObjectMapper().readTree(in);
        }
    }
}
