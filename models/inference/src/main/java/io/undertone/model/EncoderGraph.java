package io.undertone.model;

import ai.onnxruntime.OrtException;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import java.util.List;
import java.util.OptionalLong;

/// An audio encoder as its maker wrote it down, for windows of one length: how much it multiplies, and its sessions.
/// Immutable.
public final class EncoderGraph {

    private final byte[] model; // the checked ONNX file
    private final AudioEncoderFile names;
    private final int windowSamples;

    EncoderGraph(byte[] model, AudioEncoderFile names, int windowSamples) {
        this.model = model;
        this.names = names;
        this.windowSamples = windowSamples;
    }

    /// A graph that is no bundle's, held to the rules of a bundle's files.
    ///
    /// @param model the ONNX file; belongs to the graph from now on, it may be large
    /// @throws InvalidInputException if the graph breaks a rule
    public static EncoderGraph of(byte[] model, AudioEncoderFile names, int windowSamples) {
        OnnxChecks.check(names.file(), model, names.input(), List.of(names.embedding(), names.affect()));
        return new EncoderGraph(model, names, windowSamples);
    }

    /// The same encoder, computing so.
    ///
    /// @throws InvalidInputException if the graph cannot be computed so, with what stands in the way
    EncoderGraph in(Precision precision) {
        return switch (precision) {
            case FLOAT32 -> this;
            case FLOAT16 -> new EncoderGraph(HalfPrecisionModel.of(names.file(), model), names, windowSamples);
        };
    }

    public int windowSamples() {
        return windowSamples;
    }

    /// Multiplications, each with an addition, that one window takes in convolutions, matrix products and recurrent
    /// layers; what is done value by value does not count. Runs the graph once.
    ///
    /// @return empty where the graph has operators of which that cannot be told
    public OptionalLong multiplyAdds() {
        return MultiplyAdds.of(model, names, windowSamples);
    }

    /// The session alone, set up as the tagger sets it up.
    ///
    /// @return to be closed by the caller
    /// @throws InvalidInputException if `cuda:N` cannot be used, or the graph not be computed as the options say
    public BareEncoder openBare(InferenceDevice device, InferenceOptions options) {
        EncoderGraph graph = in(options.precision());
        EncoderSession session = switch (device) {
            case InferenceDevice.Cpu _, InferenceDevice.Auto _ -> graph.cpu(options.threads());
            case InferenceDevice.Cuda(int index) -> graph.cudaOrRefuse(index);
        };
        return new BareEncoder(session, windowSamples, names.dim(), options.maxBatch());
    }

    EncoderSession cpu(int threads) {
        EncoderSession session = OrtEncoderSession.cpu(model, names, windowSamples, 1);
        return threads == 1 ? session : new SplitSession(session, windowSamples, names.dim(), threads);
    }

    EncoderSession cuda(int index) throws OrtException {
        return OrtEncoderSession.cuda(model, names, windowSamples, index);
    }

    private EncoderSession cudaOrRefuse(int index) {
        try {
            return cuda(index);
        } catch (OrtException e) {
            throw new InvalidInputException(
                    "inference device cuda:" + index + " cannot be used: " + OnnxSessions.firstLine(e), e);
        }
    }
}
