package io.undertone.model;

import ai.onnxruntime.OrtException;
import io.undertone.window.Window;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs windows through the bundle's audio encoder, at most `maxBatch` at a time.
///
/// Where each new batch size costs a search for kernels, only powers of two and `maxBatch` itself are run, all of them
/// before the first window.
///
/// A run that fails on a GPU is tried once on the CPU. An error that poisons the CUDA context is passed on at once as
/// [EncodingException#deviceLost]: no call of this process to that GPU can succeed again.
///
/// Threading: one thread at a time; the direct buffers are reused from run to run.
final class OnnxAudioEncoder implements AudioEncoder {

    private static final Logger log = LoggerFactory.getLogger(OnnxAudioEncoder.class);

    private final EncoderSession session;
    private final Supplier<EncoderSession> cpu;
    private final int windowSamples;
    private final int dim;
    private final int maxBatch;
    private final FloatBuffer waveforms; // [maxBatch, windowSamples]
    private final FloatBuffer embeddings; // [maxBatch, dim]
    private final FloatBuffer affects; // [maxBatch, 2]
    private @Nullable EncoderSession fallback;

    /// @param cpu makes the session that takes over failing runs; asked at most once
    OnnxAudioEncoder(EncoderSession session, Supplier<EncoderSession> cpu, int windowSamples, int dim, int maxBatch) {
        this.session = session;
        this.cpu = cpu;
        this.windowSamples = windowSamples;
        this.dim = dim;
        this.maxBatch = maxBatch;
        this.waveforms = OnnxSessions.buffer(maxBatch, windowSamples);
        this.embeddings = OnnxSessions.buffer(maxBatch, dim);
        this.affects = OnnxSessions.buffer(maxBatch, 2);
    }

    /// Runs silence once in every batch size that will be used, so that the first call does not pay for it.
    ///
    /// @throws EncodingException if the device cannot run the model
    void warmUp() {
        if (!session.fixedBatches()) {
            run(1);
            return;
        }
        for (int batch = 1; batch < maxBatch; batch *= 2) {
            run(batch);
        }
        run(maxBatch);
    }

    @Override
    public List<Encoding> encode(List<Window> windows) {
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("windows must not be empty");
        }
        List<Encoding> encodings = new ArrayList<>(windows.size());
        for (int from = 0; from < windows.size(); from += maxBatch) {
            encodeBatch(windows.subList(from, Math.min(from + maxBatch, windows.size())), encodings);
        }
        return encodings;
    }

    private void encodeBatch(List<Window> windows, List<Encoding> encodings) {
        for (int row = 0; row < windows.size(); row++) {
            float[] samples = windows.get(row).samples();
            if (samples.length != windowSamples) {
                throw new IllegalArgumentException("window " + windows.get(row).index() + " must have " + windowSamples
                        + " samples: " + samples.length);
            }
            waveforms.put(row * windowSamples, samples);
        }
        int batch = session.fixedBatches() ? bucket(windows.size()) : windows.size();
        // What a batch is filled up with are rows of earlier runs: their results are not read.
        runOrFallBack(batch);
        for (int row = 0; row < windows.size(); row++) {
            encodings.add(encoding(row, windows.get(row)));
        }
    }

    private int bucket(int windows) {
        int below = Integer.highestOneBit(windows);
        return below == windows ? windows : Math.min(below * 2, maxBatch);
    }

    private void runOrFallBack(int batch) {
        try {
            run(batch);
        } catch (EncodingException e) {
            if (e.deviceLost() || session.device().equals("cpu")) {
                throw e;
            }
            log.warn("encoder run of {} windows failed on {}, trying it on the cpu", batch, session.device(), e);
            runOnCpu(batch);
        }
    }

    private void run(int batch) {
        try {
            session.run(batch, waveforms, embeddings, affects);
        } catch (OrtException e) {
            throw failed(session, batch, e);
        }
    }

    private void runOnCpu(int batch) {
        EncoderSession other = fallback;
        if (other == null) {
            other = cpu.get();
            fallback = other;
        }
        try {
            other.run(batch, waveforms, embeddings, affects);
        } catch (OrtException e) {
            throw failed(other, batch, e);
        }
    }

    private static EncodingException failed(EncoderSession session, int batch, OrtException e) {
        boolean lost = DeviceErrors.deviceLost(e);
        String what = lost ? "the device is lost for this process" : "the audio encoder failed";
        return new EncodingException(
                what + " (" + session.device() + ", " + batch + " windows): " + e.getMessage(), e, lost);
    }

    private Encoding encoding(int row, Window window) {
        float[] values = new float[dim];
        embeddings.get(row * dim, values);
        double valence = affects.get(row * 2);
        double arousal = affects.get(row * 2 + 1);
        if (!Double.isFinite(valence) || !Double.isFinite(arousal)) {
            throw unusable(window, "valence " + valence + ", arousal " + arousal, null);
        }
        try {
            return new Encoding(Embedding.normalized(values), Math.clamp(valence, -1, 1), Math.clamp(arousal, -1, 1));
        } catch (IllegalArgumentException e) {
            throw unusable(window, String.valueOf(e.getMessage()), e);
        }
    }

    private static EncodingException unusable(Window window, String why, @Nullable IllegalArgumentException cause) {
        String message = "the audio encoder gave no usable result for window " + window.index() + ": " + why;
        return new EncodingException(message, cause == null ? new ArithmeticException(why) : cause, false);
    }

    @Override
    public String device() {
        return session.device();
    }

    @Override
    public void close() {
        session.close();
        if (fallback != null) {
            fallback.close();
        }
    }
}
