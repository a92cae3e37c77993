package io.undertone.trainer.tower;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.StrictYaml;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What `tower.yaml` says of somebody else's audio model: its files, what it wants to hear and what it gives.
/// Format: `docs/model.md`.
///
/// @param name of the model, for manifests and cards
/// @param licence of its weights; the bundle's own licence must allow for it
/// @param source where it can be had
/// @param sampleRateHz that it wants: 16000, or 8000 (then the window is filtered and halved)
/// @param scale samples in [-1, 1] are multiplied by it: 1, or 32768 for models that take 16-bit values as floats
/// @param normalise what is done to each window before it goes in
/// @param layout of the first file's input
/// @param stages files that run one after another, at least one
/// @param pooling from frames to one vector
public record TowerSpec(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String licence,
        @JsonProperty(required = true) String source,
        @JsonProperty(required = true) int sampleRateHz,
        @JsonProperty(required = true) double scale,
        @JsonProperty(required = true) Normalisation normalise,
        @JsonProperty(required = true) Layout layout,
        @JsonProperty(required = true) List<Stage> stages,
        @JsonProperty(required = true) Pooling pooling) {

    public TowerSpec {
        require(!name.isBlank(), "name", "not be blank", name);
        require(!licence.isBlank(), "licence", "not be blank", licence);
        require(!source.isBlank(), "source", "not be blank", source);
        require(
                sampleRateHz == TowerGraph.WINDOW_RATE_HZ || sampleRateHz == TowerGraph.WINDOW_RATE_HZ / 2,
                "sample-rate-hz",
                "be 16000, or 8000",
                sampleRateHz);
        require(scale > 0 && scale <= 1e6, "scale", "be in (0, 1000000]", scale);
        stages = List.copyOf(stages);
        require(!stages.isEmpty(), "stages", "name at least one file", stages);
        require(
                stages.getFirst().framing() == null,
                "framing",
                "stand at a later stage only: it cuts what the one before gave",
                stages.getFirst().file());
    }

    /// What is done to a window of samples.
    public enum Normalisation {
        NONE,
        /// Mean 0 and variance 1 over the window, as wav2vec2, HuBERT and WavLM were trained (`do_normalize`).
        ZERO_MEAN_UNIT_VARIANCE
    }

    /// Axes of the input that takes the waveform.
    public enum Layout {
        /// `[batch, samples]`
        BATCH_SAMPLES(2),
        /// `[batch, 1, samples]`
        BATCH_CHANNEL_SAMPLES(3),
        /// `[samples]`: one window at a time
        SAMPLES(1);

        private final int rank;

        Layout(int rank) {
            this.rank = rank;
        }

        int rank() {
            return rank;
        }
    }

    /// How `[batch, frames, dim]` becomes one vector a window.
    public enum Pooling {
        /// Over the frames.
        MEAN,
        /// Mean and standard deviation over the frames, `2 * dim` values.
        MEAN_AND_DEVIATION,
        /// The last frame.
        LAST,
        /// The model gives `[batch, dim]` already.
        NONE
    }

    /// One ONNX file.
    ///
    /// @param file beside the manifest
    /// @param input name of the input that takes the waveform, or what the stage before gave
    /// @param output name of the output that is used, or of a tensor inside; what is not needed for it is left out
    /// @param framing cuts the frames of the stage before into overlapping pieces, each of which this stage
    ///     turns into one vector; absent: the output of the stage before goes in as it is
    public record Stage(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) String input,
            @JsonProperty(required = true) String output,
            @Nullable Framing framing) {

        public Stage {
            require(!file.isBlank(), "file", "not be blank", file);
        }
    }

    /// Cuts `[frames, dim]` into pieces of `frames`, one every `step`; each value becomes `x * multiply + add` first.
    public record Framing(
            @JsonProperty(required = true) int frames,
            @JsonProperty(required = true) int step,
            @JsonProperty(required = true) double multiply,
            @JsonProperty(required = true) double add) {

        public Framing {
            require(frames > 0, "frames", "be positive", frames);
            require(step > 0, "step", "be positive", step);
        }

        /// How many pieces there are.
        int pieces(long of) {
            return of < frames ? 0 : (int) ((of - frames) / step) + 1;
        }
    }

    private static void require(boolean holds, String key, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must " + rule + ": " + value);
        }
    }

    /// @throws InvalidInputException naming file, key and value
    public static TowerSpec read(Path file) {
        return StrictYaml.REQUIRED_KEYS.read(file, "tower", TowerSpec.class);
    }
}
