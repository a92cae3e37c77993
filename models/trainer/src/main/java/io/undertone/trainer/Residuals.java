package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Place;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;

/// How far the estimates of valence and arousal are from the labels on windows of calibration speakers, as many of
/// each speaker, unchanged: what the tagger hears of a corpus.
///
/// Windows of one speaker resemble each other, so the next speaker is what an interval must hold for. The half
/// width is hierarchical conformal prediction (Lee, Barber, Willett 2023, arXiv 2306.06342): of K speakers each has
/// the weight 1 / (K + 1), and the speaker who is still to come has the rest, with a residual beyond all others.
///
/// @param valence as many of each speaker who has clips whose labels say valence
/// @param arousal the same of arousal
record Residuals(Axis valence, Axis arousal) {

    /// @param values `[speakers * each]`
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Axis(int speakers, double[] values) {

        /// Half the width of an interval that covers this share of the windows of a new speaker.
        double halfWidth(double coverage) {
            return Residuals.halfWidth(values, speakers, coverage);
        }
    }

    /// @param windows about as many in all
    static Residuals measure(
            TrainingData data, Networks networks, int windows, long seed, NDManager parent, Progress progress) {
        Map<String, List<Clip>> bySpeaker = new TreeMap<>();
        data.calibration()
                .forEach(clip -> bySpeaker
                        .computeIfAbsent(clip.speaker(), _ -> new ArrayList<>())
                        .add(clip));
        int each = Math.max(1, windows / bySpeaker.size());
        List<double[]> valence = new ArrayList<>();
        List<double[]> arousal = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        int done = 0;
        try (var step = progress.start("calibration", bySpeaker.size())) {
            for (List<Clip> clips : bySpeaker.values()) {
                List<Clip> withValence = those(clips, Place::hasValence);
                List<Clip> withArousal = those(clips, Place::hasArousal);
                double[][] drawn = drawn(withValence, each, data, networks, random, parent);
                if (!withValence.isEmpty()) {
                    valence.add(drawn[0]);
                }
                if (!withArousal.isEmpty()) {
                    boolean same = withArousal.equals(withValence);
                    arousal.add((same ? drawn : drawn(withArousal, each, data, networks, random, parent))[1]);
                }
                step.at().accept(++done);
            }
        }
        return new Residuals(axis(valence), axis(arousal));
    }

    private static List<Clip> those(List<Clip> clips, Predicate<Place> says) {
        return clips.stream().filter(clip -> says.test(Corpus.place(clip))).toList();
    }

    private static Axis axis(List<double[]> bySpeaker) {
        return new Axis(
                bySpeaker.size(),
                bySpeaker.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    /// Residuals of windows drawn from some clips, `[valence, arousal][count]`, NaN where a label does not say;
    /// nothing of no clips.
    private static double[][] drawn(
            List<Clip> clips,
            int count,
            TrainingData data,
            Networks networks,
            SplittableRandom random,
            NDManager parent) {
        double[][] residuals = new double[2][clips.isEmpty() ? 0 : count];
        for (int i = 0; i < residuals[0].length; i++) {
            Clip clip = clips.get(random.nextInt(clips.size()));
            float[] affect = affect(networks, data.augmentation().plain(clip.path(), random), parent);
            Place place = Corpus.place(clip);
            residuals[0][i] = Math.abs(affect[0] - place.valence());
            residuals[1][i] = Math.abs(affect[1] - place.arousal());
        }
        return residuals;
    }

    private static float[] affect(Networks networks, float[] window, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = new DjlOps(networks.weights(), false);
            NDArray waveform = manager.create(window, new Shape(1, window.length));
            return Heads.affect(ops, networks.encoder().apply(ops, waveform)).toFloatArray();
        }
    }

    /// @param residuals as many of each speaker
    static double halfWidth(double[] residuals, int speakers, double coverage) {
        double[] sorted = residuals.clone();
        Arrays.sort(sorted);
        double share = coverage * (speakers + 1) / speakers;
        int rank = (int) Math.ceil(share * sorted.length);
        double value = sorted[Math.min(rank, sorted.length) - 1];
        return Math.clamp(Math.round(value * 1e4) / 1e4, 1e-4, 2);
    }
}
