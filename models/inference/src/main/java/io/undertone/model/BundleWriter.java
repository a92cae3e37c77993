package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.FileEntry;
import io.undertone.model.BundleManifest.ProjectionFile;
import io.undertone.model.BundleManifest.SpeechDetectorFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.model.BundleManifest.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finishes a bundle: whoever trained puts the ONNX files, `calibration.json` and the model card into a folder; this
/// computes the golden window, hashes every file, writes `manifest.json` and opens the result as a user would.
///
/// The trainer and the tests use it, so that what is written and what is read cannot drift apart.
public final class BundleWriter {

    private static final String SPEECH_DETECTOR = "speech-detector.onnx";

    private BundleWriter() {}

    /// @param draft the manifest; what it says for the sha256 of files is ignored and computed
    /// @param goldenSamples one window of speech, `[windowSamples]`
    /// @return the manifest as it was written
    /// @throws InvalidInputException if the files do not make a bundle that opens
    public static BundleManifest finish(Path path, BundleManifest draft, short[] goldenSamples) {
        if (goldenSamples.length != draft.window().windowSamples()) {
            throw new IllegalArgumentException(
                    "goldenSamples must have " + draft.window().windowSamples() + " samples: " + goldenSamples.length);
        }
        try {
            Files.write(path.resolve(draft.golden().file()), golden(path, draft, goldenSamples));
            BundleManifest manifest = hashed(path, draft);
            Files.write(path.resolve(BundleFolder.MANIFEST), BundleJson.write(manifest));
            ModelBundle.open(path).close();
            return manifest;
        } catch (IOException e) {
            throw new InvalidInputException("bundle " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    /// Gives a speech detector to a bundle, or another one in place of its own. Nothing else of it changes.
    ///
    /// @param model takes `waveform` `[batch, samples]` at the bundle's rate and gives `speech` `[batch, frames]`
    /// @param threshold probability from which a frame is speech, in (0, 1)
    /// @return the manifest as it was written
    /// @throws InvalidInputException if there is no bundle, or none that opens with this detector
    public static BundleManifest addSpeechDetector(Path path, byte[] model, double threshold) {
        BundleFolder folder = new BundleFolder(path);
        BundleManifest old =
                BundleJson.read(folder.path(BundleFolder.MANIFEST), folder.readManifest(), BundleManifest.class);
        Path goldenPath = folder.path(old.golden().file());
        GoldenWindow golden = BundleJson.read(goldenPath, folder.read(old.golden()), GoldenWindow.class);
        SpeechDetectorFile draft = new SpeechDetectorFile(
                SPEECH_DETECTOR,
                Sha256.hex(model),
                TensorEntry.of("waveform", "samples"),
                TensorEntry.of("speech", "frames"),
                threshold,
                0);
        OnnxChecks.check("the speech detector", model, draft.input(), List.of(draft.speech()));
        double mean;
        try (var detector = new OnnxSpeechDetector(model, draft, old.window().windowSamples(), 1)) {
            mean = golden.meanSpeech(goldenPath, detector, old);
        }
        BundleManifest manifest = old.with(
                new SpeechDetectorFile(draft.file(), draft.sha256(), draft.input(), draft.speech(), threshold, mean));
        return replace(path, path.resolve(SPEECH_DETECTOR), model, manifest);
    }

    /// Gives a bundle another temperature of its probabilities, see [BundleManifest#probabilityTemperature]. Of its
    /// other files only the probabilities of the golden window change.
    ///
    /// @param temperature in (0, 100]
    /// @return the manifest as it was written
    /// @throws InvalidInputException if there is no bundle, or none that opens
    public static BundleManifest setProbabilityTemperature(Path path, double temperature) {
        BundleFolder folder = new BundleFolder(path);
        BundleManifest old =
                BundleJson.read(folder.path(BundleFolder.MANIFEST), folder.readManifest(), BundleManifest.class);
        Path goldenPath = folder.path(old.golden().file());
        byte[] golden = BundleJson.write(BundleJson.read(goldenPath, folder.read(old.golden()), GoldenWindow.class)
                .at(temperature));
        BundleManifest manifest = old.withProbabilityTemperature(temperature)
                .with(new FileEntry(old.golden().file(), Sha256.hex(golden)));
        return replace(path, goldenPath, golden, manifest);
    }

    /// Writes one file of a finished bundle and the manifest that knows it, and opens the result as a user would.
    private static BundleManifest replace(Path path, Path file, byte[] content, BundleManifest manifest) {
        try {
            Files.write(file, content);
            Files.write(path.resolve(BundleFolder.MANIFEST), BundleJson.write(manifest));
        } catch (IOException e) {
            throw new InvalidInputException("bundle " + path + " cannot be written: " + e.getMessage(), e);
        }
        ModelBundle.open(path).close();
        return manifest;
    }

    private static byte[] golden(Path path, BundleManifest draft, short[] samples) throws IOException {
        BundleFolder folder = new BundleFolder(path);
        AudioEncoderFile audio = draft.audioEncoder();
        byte[] audioModel = Files.readAllBytes(path.resolve(audio.file()));
        byte[] projection =
                Files.readAllBytes(path.resolve(draft.textEncoder().projection().file()));
        ModelBundle.checkGraphs(folder, draft, audioModel, projection);
        Path calibrationPath = path.resolve(draft.calibration().file());
        Calibration calibration = Calibration.fromJson(calibrationPath, Files.readAllBytes(calibrationPath));
        TextEncoder text = TextEncoder.open(projection, draft.textEncoder(), calibration);
        try (AudioEncoder encoder = new OnnxAudioEncoder(
                OrtEncoderSession.cpu(audioModel, audio, samples.length, 1),
                () -> OrtEncoderSession.cpu(audioModel, audio, samples.length, 1),
                samples.length,
                audio.dim(),
                1)) {
            return BundleJson.write(
                    GoldenWindow.compute(samples, encoder, text, draft.prompts(), draft.probabilityTemperature()));
        } finally {
            text.close();
        }
    }

    private static BundleManifest hashed(Path path, BundleManifest draft) throws IOException {
        AudioEncoderFile audio = draft.audioEncoder();
        ProjectionFile projection = draft.textEncoder().projection();
        return new BundleManifest(
                draft.format(),
                draft.name(),
                draft.version(),
                draft.licence(),
                draft.window(),
                new AudioEncoderFile(
                        audio.file(), sha256(path, audio.file()), audio.input(), audio.embedding(), audio.affect()),
                new TextEncoderFiles(
                        draft.textEncoder().base(),
                        draft.textEncoder().baseDim(),
                        new ProjectionFile(
                                projection.file(),
                                sha256(path, projection.file()),
                                projection.input(),
                                projection.embedding())),
                draft.temperature(),
                draft.fittedTemperature(),
                hashed(path, draft.calibration()),
                hashed(path, draft.golden()),
                hashed(path, draft.modelCard()),
                hashedDetector(path, draft.speechDetector()),
                draft.prompts(),
                draft.training());
    }

    private static Optional<SpeechDetectorFile> hashedDetector(Path path, Optional<SpeechDetectorFile> draft)
            throws IOException {
        if (draft.isEmpty()) {
            return draft;
        }
        SpeechDetectorFile detector = draft.get();
        return Optional.of(new SpeechDetectorFile(
                detector.file(),
                sha256(path, detector.file()),
                detector.input(),
                detector.speech(),
                detector.threshold(),
                detector.golden()));
    }

    private static FileEntry hashed(Path path, FileEntry entry) throws IOException {
        return new FileEntry(entry.file(), sha256(path, entry.file()));
    }

    private static String sha256(Path path, String file) throws IOException {
        return Sha256.hex(Files.readAllBytes(path.resolve(file)));
    }
}
