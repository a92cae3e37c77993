package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.FileEntry;
import io.undertone.model.BundleManifest.ProjectionFile;
import io.undertone.model.BundleManifest.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Finishes a bundle: whoever trained puts the ONNX files, `calibration.json` and the model card into a folder; this
/// computes the golden window, hashes every file, writes `manifest.json` and opens the result as a user would.
///
/// The trainer and the tests use it, so that what is written and what is read cannot drift apart.
public final class BundleWriter {

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
                audio.dim())) {
            return BundleJson.write(GoldenWindow.compute(samples, encoder, text, draft.prompts(), draft.temperature()));
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
                hashed(path, draft.calibration()),
                hashed(path, draft.golden()),
                hashed(path, draft.modelCard()),
                draft.prompts(),
                draft.training());
    }

    private static FileEntry hashed(Path path, FileEntry entry) throws IOException {
        return new FileEntry(entry.file(), sha256(path, entry.file()));
    }

    private static String sha256(Path path, String file) throws IOException {
        return Sha256.hex(Files.readAllBytes(path.resolve(file)));
    }
}
