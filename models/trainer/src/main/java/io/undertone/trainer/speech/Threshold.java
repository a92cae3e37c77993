package io.undertone.trainer.speech;

import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The probability from which a frame counts as speech: the highest that still passes the wanted share of windows
/// with speech. To encode a window too many costs milliseconds, to miss a caller costs the tag.
///
/// @param kept share of the windows with speech that pass at it
/// @param fooled share of the windows without speech that pass at it
record Threshold(double probability, double kept, double fooled) {

    private static final double LEAST = 0.05;
    private static final double MOST = 0.95;

    /// @param trials of which those with speech decide
    /// @param keep share of them that must pass
    static Threshold choose(OnnxFunction detector, List<Trial> trials, double keep) {
        double[] speech = scores(detector, trials, true);
        double highest = speech[(int) Math.floor((1 - keep) * (speech.length - 1))];
        double rounded = Math.floor(Math.clamp(highest, LEAST, MOST) * 1e3) / 1e3;
        return new Threshold(rounded, passing(speech, rounded), passing(scores(detector, trials, false), rounded));
    }

    private static double passing(double[] scores, double threshold) {
        return Arrays.stream(scores).filter(score -> score >= threshold).count() / (double) Math.max(1, scores.length);
    }

    /// Of each window, sorted.
    private static double[] scores(OnnxFunction detector, List<Trial> trials, boolean speech) {
        List<Double> scores = new ArrayList<>();
        for (Trial trial : trials) {
            if (trial.speech() == speech) {
                scores.add((double) score(detector, trial.samples()));
            }
        }
        return scores.stream().mapToDouble(score -> score).sorted().toArray();
    }

    /// The highest threshold at which a window passes.
    private static float score(OnnxFunction detector, float[] samples) {
        float[] probabilities = detector.run("waveform", Tensor.of(samples, 1, samples.length), "speech")
                .values();
        Arrays.sort(probabilities);
        int needed = (int) Math.ceil(GateComparison.RATIO * probabilities.length);
        return probabilities[probabilities.length - needed];
    }
}
