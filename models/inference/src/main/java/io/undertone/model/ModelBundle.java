package io.undertone.model;

import ai.onnxruntime.OrtException;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.ProjectionFile;
import io.undertone.model.BundleManifest.SpeechDetectorFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.window.WindowSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A trained model on disk, checked and loaded. Layout: `docs/architecture.md`.
///
/// Opening checks every hash, refuses ONNX files that reach outside themselves (external data, custom
/// operators, foreign domains, functions) or have other inputs and outputs than the manifest says, and replays
/// the golden window on the CPU. It takes a second, most of it for the sentence encoder.
///
/// Threading: immutable; any thread. The audio encoders it opens belong to one thread each.
public final class ModelBundle implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ModelBundle.class);

    private final BundleFolder folder;
    private final BundleManifest manifest;
    private final String digest;
    private final byte[] audioModel; // the checked ONNX file
    private final Optional<byte[]> speechModel; // likewise
    private final Calibration calibration;
    private final TextEncoder textEncoder;
    private final GoldenWindow golden;

    private ModelBundle(
            BundleFolder folder,
            BundleManifest manifest,
            String digest,
            byte[] audioModel,
            Optional<byte[]> speechModel,
            Calibration calibration,
            TextEncoder textEncoder,
            GoldenWindow golden) {
        this.folder = folder;
        this.manifest = manifest;
        this.digest = digest;
        this.audioModel = audioModel;
        this.speechModel = speechModel;
        this.calibration = calibration;
        this.textEncoder = textEncoder;
        this.golden = golden;
    }

    /// @throws InvalidInputException naming the file and what is wrong with it
    public static ModelBundle open(Path path) {
        BundleFolder folder = new BundleFolder(path);
        Path manifestPath = folder.path(BundleFolder.MANIFEST);
        byte[] manifestJson = folder.readManifest();
        BundleManifest manifest = BundleJson.read(manifestPath, manifestJson, BundleManifest.class);
        byte[] audioModel = folder.read(manifest.audioEncoder().entry());
        byte[] projection = folder.read(manifest.textEncoder().projection().entry());
        byte[] calibrationJson = folder.read(manifest.calibration());
        byte[] goldenJson = folder.read(manifest.golden());
        byte[] _ = folder.read(manifest.modelCard());
        checkGraphs(folder, manifest, audioModel, projection);
        Optional<byte[]> speechModel =
                manifest.speechDetector().map(detector -> speechModel(folder, manifest, detector));
        Calibration calibration =
                Calibration.fromJson(folder.path(manifest.calibration().file()), calibrationJson);
        checkDim(folder, manifest, calibration);
        Path goldenPath = folder.path(manifest.golden().file());
        GoldenWindow golden = BundleJson.read(goldenPath, goldenJson, GoldenWindow.class);
        TextEncoder text = TextEncoder.open(projection, manifest.textEncoder(), calibration);
        try {
            String digest = Sha256.hex(manifestJson);
            ModelBundle bundle =
                    new ModelBundle(folder, manifest, digest, audioModel, speechModel, calibration, text, golden);
            bundle.replayGolden();
            return bundle;
        } catch (RuntimeException e) {
            text.close();
            throw e;
        }
    }

    static void checkGraphs(BundleFolder folder, BundleManifest manifest, byte[] audioModel, byte[] projection) {
        AudioEncoderFile audio = manifest.audioEncoder();
        checkSamples(folder, manifest, "audio encoder", audio.input());
        OnnxChecks.check(
                folder.path(audio.file()).toString(),
                audioModel,
                audio.input(),
                List.of(audio.embedding(), audio.affect()));
        ProjectionFile text = manifest.textEncoder().projection();
        OnnxChecks.check(folder.path(text.file()).toString(), projection, text.input(), List.of(text.embedding()));
    }

    private static void checkSamples(BundleFolder folder, BundleManifest manifest, String what, TensorEntry input) {
        if (input.shape().getLast() instanceof Integer samples
                && samples != manifest.window().windowSamples()) {
            throw new InvalidInputException(folder.path(BundleFolder.MANIFEST) + ": the " + what + " takes " + samples
                    + " samples, the window has " + manifest.window().windowSamples());
        }
    }

    private static byte[] speechModel(BundleFolder folder, BundleManifest manifest, SpeechDetectorFile detector) {
        byte[] model = folder.read(detector.entry());
        checkSamples(folder, manifest, "speech detector", detector.input());
        OnnxChecks.check(folder.path(detector.file()).toString(), model, detector.input(), List.of(detector.speech()));
        return model;
    }

    private static void checkDim(BundleFolder folder, BundleManifest manifest, Calibration calibration) {
        if (calibration.dim() != manifest.audioEncoder().dim()) {
            throw new InvalidInputException(folder.path(manifest.calibration().file()) + ": dim must be "
                    + manifest.audioEncoder().dim() + " as in the manifest: " + calibration.dim());
        }
    }

    private void replayGolden() {
        try (AudioEncoder encoder = cpuEncoder(encoderGraph(), new InferenceOptions(1, false))) {
            golden.replay(goldenPath(), encoder, textEncoder, manifest.prompts(), manifest);
            if (speechModel.isPresent()) {
                try (OnnxSpeechDetector detector = speechDetector(1)) {
                    golden.replaySpeech(goldenPath(), detector, manifest);
                }
            }
        } catch (EncodingException e) {
            throw new InvalidInputException(
                    folder.path(manifest.audioEncoder().file()) + " does not run: " + OnnxSessions.firstLine(e), e);
        }
    }

    private Path goldenPath() {
        return folder.path(manifest.golden().file());
    }

    public BundleManifest manifest() {
        return manifest;
    }

    /// SHA-256 of the manifest, which holds that of every other file: bundles with the same one are the same.
    public String digest() {
        return digest;
    }

    public WindowSpec windowSpec() {
        return manifest.window();
    }

    public Calibration calibration() {
        return calibration;
    }

    public List<BundlePrompt> defaultPrompts() {
        return manifest.prompts();
    }

    /// The bundle's own; closed with the bundle.
    public TextEncoder textEncoder() {
        return textEncoder;
    }

    /// As the other, with [InferenceOptions#defaults].
    public AudioEncoder openAudioEncoder(InferenceDevice device) {
        return openAudioEncoder(device, InferenceOptions.defaults());
    }

    /// Opens, warms up and proves an encoder on a device: it must give the golden window's embedding there too, in
    /// float16 within a wider tolerance.
    ///
    /// @return to be closed by the caller
    /// @throws InvalidInputException if `cuda:N` cannot be used and the options allow no fallback, or the encoder
    ///     cannot compute in the precision of the options
    public AudioEncoder openAudioEncoder(InferenceDevice device, InferenceOptions options) {
        EncoderGraph graph = encoderGraph().in(options.precision());
        return switch (device) {
            case InferenceDevice.Cpu _ -> proven(cpuEncoder(graph, options), options);
            case InferenceDevice.Auto _ -> cudaOrCpu(0, graph, options, true);
            case InferenceDevice.Cuda(int index) -> cudaOrCpu(index, graph, options, options.cpuFallback());
        };
    }

    /// Opens the bundle's speech detector, which runs on the CPU in float32, or [SpeechDetector#ENERGY] where it has
    /// none.
    ///
    /// @return to be closed by the caller
    public SpeechDetector openSpeechDetector(InferenceOptions options) {
        return speechModel.isPresent() ? speechDetector(options.threads()) : SpeechDetector.ENERGY;
    }

    private OnnxSpeechDetector speechDetector(int threads) {
        return new OnnxSpeechDetector(
                speechModel.orElseThrow(),
                manifest.speechDetector().orElseThrow(),
                windowSpec().windowSamples(),
                threads);
    }

    /// An encoder that lets the bundle's speech detector listen first; without a detector as [#openAudioEncoder].
    ///
    /// @return to be closed by the caller
    public AudioEncoder openListeningEncoder(InferenceDevice device, InferenceOptions options) {
        if (speechModel.isEmpty()) {
            return openAudioEncoder(device, options);
        }
        SpeechDetector detector = speechDetector(options.threads());
        try {
            return new ListeningEncoder(detector, openAudioEncoder(device, options));
        } catch (RuntimeException | Error e) {
            detector.close();
            throw e;
        }
    }

    /// For measuring: an encoder on the CPU for windows of another length than the bundle's.
    ///
    /// @return to be closed by the caller
    /// @throws InvalidInputException if the audio encoder takes windows of the bundle's length only
    public AudioEncoder openAudioEncoder(int windowSamples, InferenceOptions options) {
        if (manifest.audioEncoder().input().shape().getLast() instanceof Integer samples && samples != windowSamples) {
            throw new InvalidInputException(folder.path(manifest.audioEncoder().file()) + " takes windows of " + samples
                    + " samples only: " + windowSamples);
        }
        return cpuEncoder(graph(windowSamples).in(options.precision()), options);
    }

    /// For measuring: the audio encoder by itself.
    public EncoderGraph encoderGraph() {
        return graph(windowSpec().windowSamples());
    }

    private EncoderGraph graph(int windowSamples) {
        return new EncoderGraph(audioModel, manifest.audioEncoder(), windowSamples);
    }

    private AudioEncoder cudaOrCpu(int index, EncoderGraph graph, InferenceOptions options, boolean fallback) {
        try {
            AudioEncoder encoder = proven(encoder(graph.cuda(index), graph, options), options);
            log.info("audio encoder runs on {} in {}", encoder.device(), options.precision());
            return encoder;
        } catch (OrtException | InvalidInputException e) {
            String reason = OnnxSessions.firstLine(e);
            if (!fallback) {
                throw new InvalidInputException("inference device cuda:" + index + " cannot be used: " + reason, e);
            }
            log.info("audio encoder runs on cpu in {}; cuda:{} cannot be used: {}", options.precision(), index, reason);
            return proven(cpuEncoder(graph, options), options);
        }
    }

    private OnnxAudioEncoder proven(OnnxAudioEncoder encoder, InferenceOptions options) {
        try {
            encoder.warmUp();
            golden.replayAudio(goldenPath(), encoder, manifest, options.precision());
            return encoder;
        } catch (EncodingException e) {
            encoder.close();
            throw new InvalidInputException(
                    folder.path(manifest.audioEncoder().file()) + " does not run in " + options.precision() + ": "
                            + OnnxSessions.firstLine(e),
                    e);
        } catch (RuntimeException e) {
            encoder.close();
            throw e;
        }
    }

    private OnnxAudioEncoder cpuEncoder(EncoderGraph graph, InferenceOptions options) {
        return encoder(graph.cpu(options.threads()), graph, options);
    }

    private OnnxAudioEncoder encoder(EncoderSession session, EncoderGraph graph, InferenceOptions options) {
        return new OnnxAudioEncoder(
                session,
                () -> graph.cpu(options.threads()),
                graph.windowSamples(),
                manifest.audioEncoder().dim(),
                options.maxBatch());
    }

    @Override
    public void close() {
        textEncoder.close();
    }
}
