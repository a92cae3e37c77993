package io.undertone.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/// The audio encoder in ONNX Runtime. Input and outputs are the caller's direct buffers: nothing is copied on the way.
///
/// Threading: several threads may run it at once, each with buffers of its own, where it is on the CPU.
final class OrtEncoderSession implements EncoderSession {

    private final OrtSession session;
    private final AudioEncoderFile names;
    private final int windowSamples;
    private final String device;
    private final boolean fixedBatches;

    private OrtEncoderSession(
            OrtSession session, AudioEncoderFile names, int windowSamples, String device, boolean fixedBatches) {
        this.session = session;
        this.names = names;
        this.windowSamples = windowSamples;
        this.device = device;
        this.fixedBatches = fixedBatches;
    }

    static OrtEncoderSession cpu(byte[] model, AudioEncoderFile names, int windowSamples, int threads) {
        OrtSession session = OnnxSessions.cpu(model, names.file(), threads);
        return new OrtEncoderSession(session, names, windowSamples, "cpu", false);
    }

    /// @throws OrtException where there is no such device, no CUDA build of ONNX Runtime, or no CUDA 12 with cuDNN 9
    static OrtEncoderSession cuda(byte[] model, AudioEncoderFile names, int windowSamples, int index)
            throws OrtException {
        try (var cuda = new OrtCUDAProviderOptions(index);
                var options = OnnxSessions.cpuOptions(1)) {
            // An exhaustive search makes the first run of every batch size slow, and its winner may differ each start.
            cuda.add("cudnn_conv_algo_search", "HEURISTIC");
            // TF32 keeps 10 bits of the mantissa: the GPU would give other tags than the CPU.
            cuda.add("use_tf32", "0");
            options.addCUDA(cuda);
            OrtSession session = OnnxSessions.environment().createSession(model, options);
            return new OrtEncoderSession(session, names, windowSamples, "cuda:" + index, true);
        }
    }

    @Override
    public void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects) throws OrtException {
        try (OnnxTensor waveform = tensor(waveforms, batch, windowSamples);
                OnnxTensor embedding = tensor(embeddings, batch, names.dim());
                OnnxTensor affect = tensor(affects, batch, 2);
                var options = new OrtSession.RunOptions()) {
            Map<String, OnnxValue> outputs =
                    Map.of(names.embedding().name(), embedding, names.affect().name(), affect);
            try (var _ = session.run(Map.of(names.input().name(), waveform), Set.of(), outputs, options)) {
                // the outputs lie in the caller's buffers
            }
        }
    }

    private static OnnxTensor tensor(FloatBuffer direct, int batch, int width) throws OrtException {
        FloatBuffer part = direct.slice(0, batch * width);
        return OnnxTensor.createTensor(OnnxSessions.environment(), part, new long[] {batch, width});
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public boolean fixedBatches() {
        return fixedBatches;
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
