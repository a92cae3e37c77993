package io.undertone.trainer.speech;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.OnnxSessions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Silero VAD 5 or 6 (Silero Team, MIT) from a file of the user's, to compare with: 512 samples at a time behind 64 of
/// context, a state that is carried on, and speech from a probability of 0.5 on, as its own wrapper does. It is not
/// shipped. Each window begins with an empty state, as ours must.
///
/// Threading: one thread, which closes it.
final class SileroGate implements Gate, AutoCloseable {

    private static final int STEP = 512;
    private static final int CONTEXT = 64;
    private static final int STATE = 128;

    private final OrtSession session;

    private SileroGate(OrtSession session) {
        this.session = session;
    }

    static SileroGate open(Path file) {
        try {
            return new SileroGate(OnnxSessions.cpu(Files.readAllBytes(file), file.toString(), 1));
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e, e);
        }
    }

    @Override
    public double[] ratios(List<float[]> windows) {
        int batch = windows.size();
        int steps = windows.getFirst().length / STEP;
        double[] ratios = new double[batch];
        float[] state = new float[2 * batch * STATE];
        try (OnnxTensor rate = OnnxTensor.createTensor(
                OnnxSessions.environment(), LongBuffer.wrap(new long[] {HoldMusic.RATE_HZ}), new long[] {})) {
            for (int step = 0; step < steps; step++) {
                float[] probabilities = step(windows, step, state, rate);
                for (int i = 0; i < batch; i++) {
                    ratios[i] += probabilities[i] >= 0.5 ? 1.0 / steps : 0;
                }
            }
            return ratios;
        } catch (OrtException e) {
            throw new InvalidInputException("Silero VAD does not run: " + e.getMessage(), e);
        }
    }

    /// @param state overwritten by that after the step
    private float[] step(List<float[]> windows, int step, float[] state, OnnxTensor rate) throws OrtException {
        int batch = windows.size();
        float[] input = new float[batch * (CONTEXT + STEP)];
        for (int i = 0; i < batch; i++) {
            int from = Math.max(0, step * STEP - CONTEXT);
            int count = (step + 1) * STEP - from;
            int to = (i + 1) * (CONTEXT + STEP) - count;
            System.arraycopy(windows.get(i), from, input, to, count);
        }
        var environment = OnnxSessions.environment();
        try (OnnxTensor in = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(input), new long[] {batch, CONTEXT + STEP});
                OnnxTensor before =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(state), new long[] {2, batch, STATE});
                var result = session.run(Map.of("input", in, "state", before, "sr", rate))) {
            ((OnnxTensor) result.get("stateN").orElseThrow()).getFloatBuffer().get(state);
            float[] probabilities = new float[batch];
            ((OnnxTensor) result.get("output").orElseThrow()).getFloatBuffer().get(probabilities);
            return probabilities;
        }
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
