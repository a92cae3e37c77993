package io.undertone.model;

import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;

/// A bundle's audio encoder with nothing around it: the session, set up as the tagger sets it up, on windows that lie
/// ready in its input. What it does in a second is the limit of everything that is built around it.
///
/// Threading: one thread at a time.
public final class BareEncoder implements AutoCloseable {

    private final EncoderSession session;
    private final int windowSamples;
    private final FloatBuffer waveforms; // [maxBatch, windowSamples]
    private final FloatBuffer embeddings; // [maxBatch, dim]
    private final FloatBuffer affects; // [maxBatch, 2]

    BareEncoder(EncoderSession session, int windowSamples, int dim, int maxBatch) {
        this.session = session;
        this.windowSamples = windowSamples;
        this.waveforms = OnnxSessions.buffer(maxBatch, windowSamples);
        this.embeddings = OnnxSessions.buffer(maxBatch, dim);
        this.affects = OnnxSessions.buffer(maxBatch, 2);
    }

    /// Puts a window into its place in the input, where it stays.
    ///
    /// @param samples `[windowSamples]`
    public void lay(int row, float[] samples) {
        if (samples.length != windowSamples) {
            throw new IllegalArgumentException("a window must have " + windowSamples + " samples: " + samples.length);
        }
        waveforms.put(row * windowSamples, samples);
    }

    /// Encodes the first windows of the input.
    ///
    /// @throws EncodingException if the run failed
    public void run(int batch) {
        try {
            session.run(batch, waveforms, embeddings, affects);
        } catch (OrtException e) {
            throw new EncodingException(
                    "the audio encoder failed (" + device() + ", " + batch + " windows): " + e.getMessage(),
                    e,
                    DeviceErrors.deviceLost(e));
        }
    }

    /// `cpu`, `cuda:0`.
    public String device() {
        return session.device();
    }

    @Override
    public void close() {
        session.close();
    }
}
