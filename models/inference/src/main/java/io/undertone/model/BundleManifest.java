package io.undertone.model;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.undertone.window.WindowSpec;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What `manifest.json` of a bundle says. Reading is strict: unknown and missing keys are errors that name the key.
///
/// @param format version of this layout, [#FORMAT]
/// @param temperature divides similarities in the loss of the alignment and in the soft ladders, positive
/// @param fittedTemperature divides similarities before the softmax that gives probabilities, positive: the key
///     `probabilityTemperature`. Bundles without it use `temperature` there too: see [#probabilityTemperature]
/// @param speechDetector of bundles that have one; with the others energy tells speech
/// @param prompts the default bank, at least one, ids unique
/// @param training how the bundle was made, for people; not interpreted
public record BundleManifest(
        int format,
        String name,
        String version,
        String licence,
        WindowSpec window,
        AudioEncoderFile audioEncoder,
        TextEncoderFiles textEncoder,
        double temperature,

        @JsonProperty("probabilityTemperature")
        @JacksonInject(value = BundleJson.NO_TEMPERATURE, useInput = OptBoolean.TRUE)
        @JsonDeserialize(converter = BundleJson.PresentNumber.class)
        @JsonSerialize(converter = BundleJson.NumberValue.class)
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = BundleJson.Absent.class)
        Optional<Double> fittedTemperature,

        FileEntry calibration,
        FileEntry golden,
        FileEntry modelCard,

        @JacksonInject(value = BundleJson.NO_DETECTOR, useInput = OptBoolean.TRUE)
        @JsonDeserialize(converter = BundleJson.PresentDetector.class)
        @JsonSerialize(converter = BundleJson.DetectorValue.class)
        @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = BundleJson.Absent.class)
        Optional<SpeechDetectorFile> speechDetector,

        List<BundlePrompt> prompts,
        Map<String, Object> training) {

    /// The layout that this version reads and writes.
    public static final int FORMAT = 1;

    public BundleManifest {
        if (format != FORMAT) {
            throw new IllegalArgumentException("format must be " + FORMAT + ": " + format);
        }
        if (name.isBlank() || version.isBlank() || licence.isBlank()) {
            throw new IllegalArgumentException("name, version and licence must not be blank: '" + name + "', '"
                    + version + "', '" + licence + "'");
        }
        checkTemperature("temperature", temperature);
        fittedTemperature.ifPresent(fitted -> checkTemperature("probabilityTemperature", fitted));
        if (audioEncoder.dim() != textEncoder.projection().dim()) {
            throw new IllegalArgumentException("audio and text embeddings must have one length: " + audioEncoder.dim()
                    + " and " + textEncoder.projection().dim());
        }
        prompts = List.copyOf(prompts);
        checkPrompts(prompts);
        training = Collections.unmodifiableMap(new LinkedHashMap<>(training));
    }

    /// Without a fitted temperature and a speech detector.
    public BundleManifest(
            int format,
            String name,
            String version,
            String licence,
            WindowSpec window,
            AudioEncoderFile audioEncoder,
            TextEncoderFiles textEncoder,
            double temperature,
            FileEntry calibration,
            FileEntry golden,
            FileEntry modelCard,
            List<BundlePrompt> prompts,
            Map<String, Object> training) {
        this(
                format,
                name,
                version,
                licence,
                window,
                audioEncoder,
                textEncoder,
                temperature,
                Optional.empty(),
                calibration,
                golden,
                modelCard,
                Optional.empty(),
                prompts,
                training);
    }

    /// The same with a speech detector.
    BundleManifest with(SpeechDetectorFile detector) {
        return with(fittedTemperature, golden, Optional.of(detector));
    }

    /// The same with another temperature of its probabilities.
    ///
    /// @param fitted in (0, 100]
    public BundleManifest withProbabilityTemperature(double fitted) {
        return with(Optional.of(fitted), golden, speechDetector);
    }

    /// The same with another golden window.
    BundleManifest with(FileEntry other) {
        return with(fittedTemperature, other, speechDetector);
    }

    private BundleManifest with(
            Optional<Double> fitted, FileEntry goldenWindow, Optional<SpeechDetectorFile> detector) {
        return new BundleManifest(
                format,
                name,
                version,
                licence,
                window,
                audioEncoder,
                textEncoder,
                temperature,
                fitted,
                calibration,
                goldenWindow,
                modelCard,
                detector,
                prompts,
                training);
    }

    /// What divides similarities before the softmax that gives probabilities: the fitted temperature, or that of the
    /// training where none was fitted.
    public double probabilityTemperature() {
        return fittedTemperature.orElse(temperature);
    }

    private static void checkTemperature(String key, double value) {
        if (!(value > 0 && value <= 100)) {
            throw new IllegalArgumentException(key + " must be in (0, 100]: " + value);
        }
    }

    private static void checkPrompts(List<BundlePrompt> prompts) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("prompts must hold at least one prompt");
        }
        Set<String> ids = new HashSet<>();
        for (BundlePrompt prompt : prompts) {
            if (!ids.add(prompt.id())) {
                throw new IllegalArgumentException("prompts holds the id '" + prompt.id() + "' twice");
            }
        }
    }

    /// A file of the bundle.
    ///
    /// @param file its name inside the folder, without any path
    /// @param sha256 of its bytes, 64 lower-case hexadecimal digits
    public record FileEntry(String file, String sha256) {}

    /// Name and shape of an input or output.
    ///
    /// @param shape one entry an axis: a number, or the name of an axis of any length
    public record TensorEntry(String name, List<Object> shape) {

        public TensorEntry {
            shape = List.copyOf(shape);
            if (shape.size() != 2 || !(shape.getFirst() instanceof String)) {
                throw new IllegalArgumentException("shape of '" + name + "' must be [\"batch\", n]: " + shape);
            }
            Object axis = shape.get(1);
            if (!(axis instanceof String) && !(axis instanceof Integer length && length > 0)) {
                throw new IllegalArgumentException("shape of '" + name + "' must be [\"batch\", n]: " + shape);
            }
        }

        /// Length of the last axis.
        ///
        /// @throws IllegalArgumentException if it is free
        public int lastAxis() {
            if (shape.getLast() instanceof Integer length) {
                return length;
            }
            throw new IllegalArgumentException("the last axis of '" + name + "' must be a number: " + shape);
        }

        public static TensorEntry of(String name, Object lastAxis) {
            return new TensorEntry(name, List.of("batch", lastAxis));
        }
    }

    /// The graph from waveform to embedding and affect.
    ///
    /// @param input `[batch, samples]`, samples free or windowSamples
    /// @param embedding `[batch, dim]`
    /// @param affect `[batch, 2]`: valence, arousal
    public record AudioEncoderFile(
            String file, String sha256, TensorEntry input, TensorEntry embedding, TensorEntry affect) {

        public AudioEncoderFile {
            if (affect.lastAxis() != 2) {
                throw new IllegalArgumentException("shape of affect must be [\"batch\", 2]: " + affect.shape());
            }
        }

        public int dim() {
            return embedding.lastAxis();
        }

        FileEntry entry() {
            return new FileEntry(file, sha256);
        }
    }

    /// @param base the sentence encoder, [SentenceEncoder#NAME]
    /// @param baseDim length of its vectors
    public record TextEncoderFiles(String base, int baseDim, ProjectionFile projection) {

        public TextEncoderFiles {
            if (!base.equals(SentenceEncoder.NAME) || baseDim != SentenceEncoder.DIM) {
                throw new IllegalArgumentException("base and baseDim of textEncoder must be '" + SentenceEncoder.NAME
                        + "' and " + SentenceEncoder.DIM + ": '" + base + "' and " + baseDim);
            }
            if (projection.input().lastAxis() != baseDim) {
                throw new IllegalArgumentException("input of the projection must have the shape [\"batch\", " + baseDim
                        + "]: " + projection.input().shape());
            }
        }
    }

    /// The graph from sentence vector to embedding.
    public record ProjectionFile(String file, String sha256, TensorEntry input, TensorEntry embedding) {

        public int dim() {
            return embedding.lastAxis();
        }

        FileEntry entry() {
            return new FileEntry(file, sha256);
        }
    }

    /// The graph from waveform to the probability of speech in frame after frame.
    ///
    /// @param input `[batch, samples]`, samples free or windowSamples
    /// @param speech `[batch, frames]`, probabilities
    /// @param threshold a frame of that probability or more is speech, in (0, 1)
    /// @param golden mean probability over the golden window, within the tolerance of [GoldenWindow]
    public record SpeechDetectorFile(
            String file, String sha256, TensorEntry input, TensorEntry speech, double threshold, double golden) {

        public SpeechDetectorFile {
            if (!(threshold > 0 && threshold < 1)) {
                throw new IllegalArgumentException("threshold of speechDetector must be in (0, 1): " + threshold);
            }
            if (!(golden >= 0 && golden <= 1)) {
                throw new IllegalArgumentException("golden of speechDetector must be in [0, 1]: " + golden);
            }
        }

        FileEntry entry() {
            return new FileEntry(file, sha256);
        }
    }
}
