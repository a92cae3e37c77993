package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// How far audio lies from text: a sample of clips against one description of each, all of unit length. The chance
/// of each figure is its mean when audio and text are shuffled: what no gap at all would show on so many pairs.
///
/// @param pairs clips with a description
/// @param bandwidth of the Gaussian kernel: the median distance of all pairs of points
/// @param mmd maximum mean discrepancy, biased, not squared
/// @param wasserstein of order 1, Euclidean, by the best assignment
/// @param meanDistance Euclidean distance of the means of the modalities
record ModalityGap(int pairs, double bandwidth, Interval mmd, Interval wasserstein, Interval meanDistance) {

    /// The assignment takes the third power of it, for each of the bootstrap's draws.
    static final int MOST_PAIRS = 200;

    /// Descriptions that clips of equal labels share.
    private static final int CAPTIONS = 6;

    private static final int SHUFFLES = 10;

    private interface Distance {
        double between(int[] first, int[] second);
    }

    /// @param encoder of texts
    static ModalityGap of(List<ClipEncoding> clips, Function<List<String>, List<Embedding>> encoder, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClipEncoding> sample = Samples.some(described(clips), MOST_PAIRS, random);
        float[][] points = new float[2 * sample.size()][];
        for (int i = 0; i < sample.size(); i++) {
            points[i] = sample.get(i).embedding().toArray();
            points[sample.size() + i] = encoder.apply(List.of(caption(sample.get(i), random)))
                    .getFirst()
                    .toArray();
        }
        PointClouds clouds = PointClouds.of(points);
        double bandwidth = clouds.medianDistance();
        Bootstrap bootstrap = Bootstrap.over(sample, seed);
        return new ModalityGap(
                sample.size(),
                bandwidth,
                interval(bootstrap, sample.size(), seed, (a, t) -> clouds.mmd(a, t, bandwidth)),
                interval(bootstrap, sample.size(), seed, clouds::wasserstein),
                interval(bootstrap, sample.size(), seed, clouds::meanDistance));
    }

    /// Those of which a description can be had: their own, or one of the grammar, which needs both dimensions.
    static List<ClipEncoding> described(List<ClipEncoding> clips) {
        return clips.stream()
                .filter(clip -> clip.clip().caption() != null || clip.place().isWhole())
                .toList();
    }

    static String caption(ClipEncoding encoding, SplittableRandom random) {
        Clip clip = encoding.clip();
        if (clip.caption() != null) {
            return clip.caption();
        }
        Affect place = encoding.place().whole();
        List<String> captions = Captions.training(clip.emotion(), clip.intensity(), place, CAPTIONS, 1);
        return captions.get(random.nextInt(captions.size()));
    }

    private static Interval interval(Bootstrap bootstrap, int pairs, long seed, Distance distance) {
        SplittableRandom random = new SplittableRandom(seed);
        if (pairs == 0) {
            return Interval.NONE;
        }
        double chance = IntStream.range(0, SHUFFLES)
                .mapToDouble(_ -> shuffled(pairs, random, distance))
                .average()
                .orElse(0);
        ToDoubleFunction<int[]> measure = some ->
                distance.between(some, IntStream.of(some).map(i -> pairs + i).toArray());
        return bootstrap.centred(chance, measure);
    }

    private static double shuffled(int pairs, SplittableRandom random, Distance distance) {
        List<Integer> order = Samples.some(
                new ArrayList<>(IntStream.range(0, 2 * pairs).boxed().toList()), 2 * pairs, random);
        int[] indexes = order.stream().mapToInt(i -> i).toArray();
        return distance.between(
                java.util.Arrays.copyOf(indexes, pairs), java.util.Arrays.copyOfRange(indexes, pairs, 2 * pairs));
    }
}
