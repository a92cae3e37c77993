package io.undertone.trainer;

import io.undertone.model.BundleManifest;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.SpeechDetectorFile;
import io.undertone.model.BundleWriter;
import io.undertone.model.Calibration;
import io.undertone.trainer.bundle.EncoderExport;
import io.undertone.trainer.evaluation.Comparison;
import io.undertone.trainer.evaluation.HeardSpeakers;
import io.undertone.trainer.evaluation.TemperatureFit;
import io.undertone.trainer.network.Weights;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a bundle with retrained heads: the old one's files, with the change of the heads behind its encoder.
///
/// @param from folder of the old bundle
/// @param seed of the golden window
record RetrainedBundle(Path from, BundleManifest old, long seed) {

    private static final Pattern RETRAINED = Pattern.compile("(.*)-r(\\d{1,9})");

    /// @param weights of the change
    /// @param fitted temperature of the probabilities; nothing if it stays as it was
    /// @param records learned from
    /// @param gained on new speakers
    /// @param kept on the old evaluation set
    void write(
            Path into,
            Weights weights,
            Calibration calibration,
            Optional<TemperatureFit> fitted,
            List<LabelledEmbedding> records,
            Comparison gained,
            Comparison kept) {
        AudioEncoderFile audio = old.audioEncoder();
        String projection = old.textEncoder().projection().file();
        String card = old.modelCard().file();
        try {
            Files.createDirectories(into);
            byte[] encoder = Files.readAllBytes(from.resolve(audio.file()));
            Files.write(into.resolve(audio.file()), EncoderExport.retrained(encoder, audio, weights));
            Files.write(into.resolve(projection), Files.readAllBytes(from.resolve(projection)));
            Files.write(into.resolve(old.calibration().file()), calibration.toJson());
            String text = Files.readString(from.resolve(card)).strip();
            Files.writeString(
                    into.resolve(card), text + "\n\n" + section(records.size(), fitted.isPresent(), gained, kept));
            BundleWriter.finish(
                    into,
                    withProbabilities(draft(records, gained, kept), fitted),
                    SyntheticVoice.golden(old.window().windowSamples(), seed));
            if (old.speechDetector().isPresent()) {
                SpeechDetectorFile detector = old.speechDetector().get();
                BundleWriter.addSpeechDetector(
                        into, Files.readAllBytes(from.resolve(detector.file())), detector.threshold());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle " + into + " cannot be written", e);
        }
    }

    /// `1.0.0` becomes `1.0.0-r1`, `1.0.0-r1` becomes `1.0.0-r2`.
    static String next(String version) {
        Matcher matcher = RETRAINED.matcher(version);
        return matcher.matches() ? matcher.group(1) + "-r" + (Integer.parseInt(matcher.group(2)) + 1) : version + "-r1";
    }

    private BundleManifest withProbabilities(BundleManifest draft, Optional<TemperatureFit> fitted) {
        return fitted.map(TemperatureFit::temperature)
                .or(old::fittedTemperature)
                .map(draft::withProbabilityTemperature)
                .orElse(draft);
    }

    private BundleManifest draft(List<LabelledEmbedding> records, Comparison gained, Comparison kept) {
        Map<String, Object> training = new LinkedHashMap<>(old.training());
        Map<String, List<String>> learned = HeardSpeakers.of(old)
                .learnedAlso(records.stream().map(LabelledEmbedding::label).toList());
        if (!learned.isEmpty()) {
            training.put(HeardSpeakers.LEARNED_SPEAKERS, learned);
        }
        training.put(
                "retrained",
                Map.of(
                        "from",
                        old.name() + " " + old.version(),
                        "records",
                        records.size(),
                        "gained",
                        lines(gained),
                        "kept",
                        lines(kept)));
        return new BundleManifest(
                old.format(),
                old.name(),
                next(old.version()),
                old.licence(),
                old.window(),
                old.audioEncoder(),
                old.textEncoder(),
                old.temperature(),
                old.calibration(),
                old.golden(),
                old.modelCard(),
                old.prompts(),
                training);
    }

    private static List<String> lines(Comparison comparison) {
        return comparison.lines().stream().map(Object::toString).toList();
    }

    private String section(int records, boolean probabilitiesFitted, Comparison gained, Comparison kept) {
        return "## Retrained heads: " + next(old.version()) + "\n\nA small layer behind the encoder of " + old.version()
                + ", learned from " + records
                + " labelled embeddings, without any voice. The figures above are those of "
                + old.version() + "; intervals "
                + (probabilitiesFitted
                        ? "and the temperature of the probabilities were measured anew"
                        : "were measured anew, the temperature of the probabilities was not: no label chooses between"
                                + " categories")
                + ".\n\n"
                + list("Speakers of the new labels who were not learned from", gained)
                + list("Old evaluation set", kept);
    }

    private static String list(String heading, Comparison comparison) {
        return heading + ", " + comparison.windows() + " windows of " + comparison.speakers() + " speakers:\n\n- "
                + String.join("\n- ", lines(comparison)) + "\n\n";
    }
}
