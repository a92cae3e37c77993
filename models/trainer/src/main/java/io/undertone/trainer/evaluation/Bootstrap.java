package io.undertone.trainer.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;

/// Draws speakers again with replacement, each with all of their clips, as often as [#RESAMPLES] (Efron and
/// Tibshirani 1993): percentile intervals of 95 %. All measures see the same draws, so that the interval of a
/// difference is a paired one. Immutable.
public final class Bootstrap {

    static final int RESAMPLES = 200;

    private final int[] all;
    private final int speakers;
    private final List<int[]> draws;

    private Bootstrap(int[] all, int speakers, List<int[]> draws) {
        this.all = all;
        this.speakers = speakers;
        this.draws = draws;
    }

    /// @param speakers `[clips]` who speaks
    public static Bootstrap of(List<String> speakers, long seed) {
        Map<String, List<Integer>> lists = new LinkedHashMap<>();
        for (int i = 0; i < speakers.size(); i++) {
            lists.computeIfAbsent(speakers.get(i), _ -> new ArrayList<>()).add(i);
        }
        List<int[]> own = lists.values().stream()
                .map(list -> list.stream().mapToInt(i -> i).toArray())
                .toList();
        SplittableRandom random = new SplittableRandom(seed);
        List<int[]> draws = new ArrayList<>();
        for (int r = 0; r < RESAMPLES; r++) {
            draws.add(IntStream.range(0, own.size())
                    .mapToObj(_ -> own.get(random.nextInt(own.size())))
                    .flatMapToInt(Arrays::stream)
                    .toArray());
        }
        return new Bootstrap(IntStream.range(0, speakers.size()).toArray(), own.size(), draws);
    }

    static Bootstrap over(List<ClipEncoding> clips, long seed) {
        return of(clips.stream().map(clip -> clip.clip().speaker()).toList(), seed);
    }

    public int speakers() {
        return speakers;
    }

    /// @param chance what guessing gives
    /// @param measure of clips, by their indexes; some stand there several times
    /// @return [Interval#NONE] if there are no clips
    public Interval interval(double chance, ToDoubleFunction<int[]> measure) {
        if (all.length == 0) {
            return Interval.NONE;
        }
        return interval(measure.applyAsDouble(all), chance, values(measure), 0);
    }

    /// For distances between clouds, which points that were drawn twice make larger: the draws are moved so that
    /// their mean is the value.
    Interval centred(double chance, ToDoubleFunction<int[]> measure) {
        if (all.length == 0) {
            return Interval.NONE;
        }
        double value = measure.applyAsDouble(all);
        double[] values = values(measure);
        return interval(value, chance, values, value - StatUtils.mean(values));
    }

    private double[] values(ToDoubleFunction<int[]> measure) {
        return draws.stream().mapToDouble(measure).sorted().toArray();
    }

    private static Interval interval(double value, double chance, double[] sorted, double move) {
        double low = sorted[(int) (0.025 * RESAMPLES)] + move;
        double high = sorted[(int) (0.975 * RESAMPLES) - 1] + move;
        return new Interval(value, low, high, chance);
    }

    static double[] pick(double[] values, int[] indexes) {
        return Arrays.stream(indexes).mapToDouble(i -> values[i]).toArray();
    }

    static int[] pick(int[] values, int[] indexes) {
        return Arrays.stream(indexes).map(i -> values[i]).toArray();
    }

    static boolean[] pick(boolean[] values, int[] indexes) {
        boolean[] picked = new boolean[indexes.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = values[indexes[i]];
        }
        return picked;
    }
}
