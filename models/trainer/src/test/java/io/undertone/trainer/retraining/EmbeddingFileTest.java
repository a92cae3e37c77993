package io.undertone.trainer.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingFileTest {

    private static final String LINE = """
        {"model": "compact 1.0.0", "embedding": [3, 4], "said": {"valence": -0.2, "arousal": 0.4}, \
        "label": {"emotion": "angry"}, "speaker": "s1"}\
        """;

    @TempDir
    Path folder;

    @Test
    void shouldReadBackWhatItWrites() throws IOException {
        Clip clip = new Clip("a.wav", "calls", "s1", "f", "anger", "strong", new Place(-0.5, 0.25), null);
        var written = new LabelledEmbedding(
                clip, Embedding.normalized(new float[] {1, -2, 3}), 0.1, -0.2, 2.5, "compact 1.0.0");
        LabelledEmbedding read = read(EmbeddingFile.toLine(written)).getFirst();
        assertThat(read.embedding().toArray())
                .containsExactly(written.embedding().toArray(), within(1e-5f));
        assertThat(read.valence()).isEqualTo(0.1);
        assertThat(read.weight()).isEqualTo(2.5);
        assertThat(read.model()).isEqualTo("compact 1.0.0");
        assertThat(read.label().rated()).isEqualTo(new Place(-0.5, 0.25));
        assertThat(read.label().emotion()).isEqualTo("anger");
        assertThat(read.label().intensity()).isEqualTo("strong");
        assertThat(read.label().speaker()).isEqualTo("s1");
    }

    /// What `undertone collect` writes, from another module: its own test writes this very line.
    @Test
    void shouldReadWhatCollectWrites() throws IOException {
        LabelledEmbedding read = read("{\"model\":\"tiny 0.1.0\",\"embedding\":[0.6,-0.8],"
                        + "\"said\":{\"valence\":-0.25,\"arousal\":0.5},\"label\":{\"emotion\":\"anger\","
                        + "\"intensity\":\"strong\",\"valence\":-0.5,\"arousal\":0.75},"
                        + "\"speaker\":\"d774018859eb0222\",\"corpus\":\"calls\",\"weight\":2.0}")
                .getFirst();
        assertThat(read.model()).isEqualTo("tiny 0.1.0");
        assertThat(read.embedding().toArray()).containsExactly(new float[] {0.6f, -0.8f}, within(1e-6f));
        assertThat(read.label().rated()).isEqualTo(new Place(-0.5, 0.75));
        assertThat(read.label().speaker()).isEqualTo("d774018859eb0222");
        assertThat(read.weight()).isEqualTo(2);
    }

    @Test
    void shouldTakeWhatIsOptionalFromItsPlace() throws IOException {
        List<LabelledEmbedding> records = read(LINE + "\n\n" + LINE.replace(", \"speaker\": \"s1\"", ""));
        assertThat(records).hasSize(2);
        assertThat(records.getFirst().weight()).isEqualTo(1);
        assertThat(records.getFirst().label().emotion()).isEqualTo("anger"); // its canonical name
        assertThat(records.getLast().label().speaker()).endsWith("line 3"); // somebody of whom nothing else is known
    }

    @Test
    void shouldNameTheLineAndWhatIsMissingOrWrong() throws IOException {
        refused(LINE.replace("\"embedding\": [3, 4], ", ""), "line 1", "embedding is missing");
        refused(LINE.replace("[3, 4]", "[3, \"4\"]"), "embedding[1] must be a number: \"4\"");
        refused(LINE.replace("\"valence\": -0.2, ", ""), "said.valence is missing");
        refused(LINE.replace("{\"emotion\": \"angry\"}", "{}"), "label.emotion is missing");
        refused(
                LINE.replace("\"emotion\": \"angry\"", "\"arousal\": \"high\""),
                "label.arousal must be a number: \"high\"");
        refused(LINE.replace("angry", "purple"), "label.emotion must be a category", "'purple'");
        refused(LINE.replace("\"emotion\": \"angry\"", "\"valence\": 5, \"arousal\": 0"), "valence must be in [-1, 1]");
        refused(LINE.replace("\"model\": \"compact 1.0.0\", ", ""), "model is missing");
        refused(LINE.replace("\"speaker\"", "\"weight\": 0, \"speaker\""), "weight must be positive: 0.0");
        refused(LINE + "\n{", "line 2 is not JSON");
        refused("\n", "holds no record");
        assertThatThrownBy(() -> new EmbeddingFile(folder.resolve("nowhere")).read())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void shouldReadAndWriteALabelOfOneDimension() throws IOException {
        LabelledEmbedding read =
                read(LINE.replace("\"emotion\": \"angry\"", "\"arousal\": 0.5")).getFirst();
        assertThat(read.label().rated()).isEqualTo(new Place(Double.NaN, 0.5));
        assertThat(EmbeddingFile.toLine(read)).contains("\"label\":{\"arousal\":0.5}");
    }

    private List<LabelledEmbedding> read(String text) throws IOException {
        return new EmbeddingFile(Files.writeString(folder.resolve("records.jsonl"), text)).read();
    }

    private void refused(String text, String... wanted) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(InvalidInputException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(wanted));
    }
}
