package io.undertone.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.model.BundleManifest.SpeechDetectorFile;
import io.undertone.window.Window;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs windows through the bundle's speech detector, at most 32 at a time, always on the CPU: the network is so small
/// that the way to a GPU would cost more.
///
/// Threading: one thread at a time; the direct buffer is reused from run to run.
final class OnnxSpeechDetector implements SpeechDetector {

    private static final Logger log = LoggerFactory.getLogger(OnnxSpeechDetector.class);

    private static final int MAX_BATCH = 32;

    private final OrtSession session;
    private final SpeechDetectorFile names;
    private final int windowSamples;
    private final BatchCrew crew;
    private final FloatBuffer waveforms; // [MAX_BATCH, windowSamples]

    /// @param threads that share a batch, the caller's included
    OnnxSpeechDetector(byte[] model, SpeechDetectorFile names, int windowSamples, int threads) {
        this.session = OnnxSessions.cpu(model, names.file(), 1);
        this.names = names;
        this.windowSamples = windowSamples;
        this.crew = new BatchCrew(threads);
        this.waveforms = OnnxSessions.buffer(MAX_BATCH, windowSamples);
    }

    /// A window that is encoded without need costs less than one that is lost: a failure is logged, no more.
    @Override
    public List<Window> listen(List<Window> windows) {
        try {
            double[] ratios = ofEach(windows, this::ratio);
            return IntStream.range(0, ratios.length)
                    .mapToObj(i -> windows.get(i).withSpeechRatio(ratios[i]))
                    .toList();
        } catch (EncodingException e) {
            log.warn("{} windows keep what energy says of their speech: {}", windows.size(), e.getMessage());
            return windows;
        }
    }

    /// Mean probability of each window, for the proof by the golden one.
    double[] meanProbabilities(List<Window> windows) {
        return ofEach(windows, OnnxSpeechDetector::mean);
    }

    private double ratio(float[] probabilities) {
        int speech = 0;
        for (float probability : probabilities) {
            speech += probability >= names.threshold() ? 1 : 0;
        }
        return speech / (double) probabilities.length;
    }

    private static double mean(float[] probabilities) {
        double sum = 0;
        for (float probability : probabilities) {
            sum += probability;
        }
        return sum / probabilities.length;
    }

    private double[] ofEach(List<Window> windows, ToDoubleFunction<float[]> measure) {
        double[] values = new double[windows.size()];
        for (int from = 0; from < values.length; from += MAX_BATCH) {
            List<Window> batch = windows.subList(from, Math.min(from + MAX_BATCH, values.length));
            float[][] probabilities = run(batch);
            for (int row = 0; row < probabilities.length; row++) {
                values[from + row] = measure.applyAsDouble(checked(probabilities[row], batch.get(row)));
            }
        }
        return values;
    }

    private float[][] run(List<Window> batch) {
        float[][] probabilities = new float[batch.size()][];
        try {
            crew.run(batch.size(), (from, to) -> run(batch.subList(from, to), from, probabilities));
        } catch (OrtException e) {
            throw new EncodingException("the speech detector failed: " + OnnxSessions.firstLine(e), e, false);
        }
        return probabilities;
    }

    /// @param from row of the first of the windows
    private void run(List<Window> windows, int from, float[][] probabilities) throws OrtException {
        for (int i = 0; i < windows.size(); i++) {
            float[] samples = windows.get(i).samples();
            if (samples.length != windowSamples) {
                throw new IllegalArgumentException("window " + windows.get(i).index() + " must have " + windowSamples
                        + " samples: " + samples.length);
            }
            waveforms.put((from + i) * windowSamples, samples);
        }
        long[] shape = {windows.size(), windowSamples};
        FloatBuffer part = waveforms.slice(from * windowSamples, windows.size() * windowSamples);
        String speech = names.speech().name();
        try (OnnxTensor waveform = OnnxTensor.createTensor(OnnxSessions.environment(), part, shape);
                var result = session.run(Map.of(names.input().name(), waveform), Set.of(speech))) {
            float[][] found = (float[][]) result.get(speech).orElseThrow().getValue();
            System.arraycopy(found, 0, probabilities, from, found.length);
        }
    }

    private static float[] checked(float[] probabilities, Window window) {
        for (float probability : probabilities) {
            if (!(probability >= 0 && probability <= 1)) {
                String what = "the speech detector gave " + probability + " for window " + window.index();
                throw new EncodingException(what, new ArithmeticException(what), false);
            }
        }
        return probabilities;
    }

    @Override
    public void close() {
        crew.close();
        OnnxSessions.close(session);
    }
}
