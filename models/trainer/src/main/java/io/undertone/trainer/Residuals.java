package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// How far the estimates of valence and arousal are from the labels on windows of calibration speakers, as many of
/// each speaker, unchanged: what the tagger hears of a corpus.
///
/// Windows of one speaker resemble each other, so the next speaker is what an interval must hold for. The half
/// width is hierarchical conformal prediction (Lee, Barber, Willett 2023, arXiv 2306.06342): of K speakers each has
/// the weight 1 / (K + 1), and the speaker who is still to come has the rest, with a residual beyond all others.
@SuppressWarnings("ArrayRecordComponent") // never compared
record Residuals(int speakers, double[] valence, double[] arousal) {

    /// @param windows about as many in all
    static Residuals measure(
            TrainingData data, Networks networks, int windows, long seed, NDManager parent, Progress progress) {
        Map<String, List<Clip>> bySpeaker = new TreeMap<>();
        data.calibration()
                .forEach(clip -> bySpeaker
                        .computeIfAbsent(clip.speaker(), _ -> new ArrayList<>())
                        .add(clip));
        int each = Math.max(1, windows / bySpeaker.size());
        double[] valence = new double[each * bySpeaker.size()];
        double[] arousal = new double[valence.length];
        SplittableRandom random = new SplittableRandom(seed);
        int done = 0;
        try (var step = progress.start("calibration", valence.length)) {
            for (List<Clip> clips : bySpeaker.values()) {
                for (int i = 0; i < each; i++) {
                    Clip clip = clips.get(random.nextInt(clips.size()));
                    float[] affect = affect(networks, data.augmentation().plain(clip.path(), random), parent);
                    Affect place = Corpus.place(clip);
                    valence[done] = Math.abs(affect[0] - place.valence());
                    arousal[done] = Math.abs(affect[1] - place.arousal());
                    step.at().accept(++done);
                }
            }
        }
        return new Residuals(bySpeaker.size(), valence, arousal);
    }

    private static float[] affect(Networks networks, float[] window, NDManager parent) {
        try (NDManager manager = parent.newSubManager()) {
            DjlOps ops = new DjlOps(networks.weights(), false);
            NDArray waveform = manager.create(window, new Shape(1, window.length));
            return Heads.affect(ops, networks.encoder().apply(ops, waveform)).toFloatArray();
        }
    }

    /// Half the width of an interval that covers this share of the windows of a new speaker.
    double valence(double coverage) {
        return halfWidth(valence, speakers, coverage);
    }

    double arousal(double coverage) {
        return halfWidth(arousal, speakers, coverage);
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
