package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What prompts alone say of encoded clips, as plain numbers without intervals: to watch a training by, and to
/// compare trainings. The definitions are those of [Ladders] and [ZeroShot]. Each is of those clips whose labels say
/// what it is measured by, and NaN where there are none.
///
/// @param softValence Kendall's tau-b of the soft step on the ladder of valence and the label, over all clips
/// @param ladderValence Kendall's tau-b of retrieval by the ladder of valence
/// @param recall unweighted average recall of the clips' categories by usual prompts
/// @param recallNewWording the same by prompts in wordings that training never saw
public record PromptMeasures(
        double softValence,
        double softArousal,
        double ladderValence,
        double ladderArousal,
        double recall,
        double recallNewWording) {

    /// How far audio lies from text.
    ///
    /// @param meanDistance Euclidean distance of the means of the modalities
    /// @param mmd maximum mean discrepancy as in [ModalityGap]
    /// @param wasserstein as there
    public record Gap(double meanDistance, double mmd, double wasserstein) {}

    /// Every text that the measures of these clips need, but those of the gap.
    public static List<String> texts(List<Clip> clips) {
        Set<String> texts = new LinkedHashSet<>();
        Stream.concat(Ladders.VALENCE.stream(), Ladders.AROUSAL.stream()).forEach(texts::addAll);
        clips.stream()
                .map(Clip::emotion)
                .filter(name -> !name.isEmpty())
                .distinct()
                .forEach(emotion -> {
                    texts.addAll(Captions.plain(emotion));
                    texts.addAll(Captions.heldOut(emotion));
                });
        return List.copyOf(texts);
    }

    /// @param embeddings of the clips
    /// @param encoder of texts
    /// @param temperature of the soft ladders
    public static PromptMeasures of(
            List<Clip> clips,
            List<Embedding> embeddings,
            Function<List<String>, List<Embedding>> encoder,
            double temperature) {
        List<ClipEncoding> encodings = encodings(clips, embeddings);
        Axis valence = axis(Estimates.ofValence(encodings), Ladders.VALENCE, encoder, temperature);
        Axis arousal = axis(Estimates.ofArousal(encodings), Ladders.AROUSAL, encoder, temperature);
        List<ClipEncoding> named = ClipEncoding.named(encodings);
        return new PromptMeasures(
                valence.soft,
                arousal.soft,
                valence.retrieval,
                arousal.retrieval,
                recall(named, Captions::plain, encoder, temperature),
                recall(named, Captions::heldOut, encoder, temperature));
    }

    /// One dimension of the plane.
    private record Axis(double soft, double retrieval) {}

    private static Axis axis(
            Estimates labelled,
            List<List<String>> phrasings,
            Function<List<String>, List<Embedding>> encoder,
            double temperature) {
        double[] labels = labelled.labels();
        if (labels.length == 0) {
            return new Axis(Double.NaN, Double.NaN);
        }
        List<double[][]> ladders = Ladders.similarities(labelled.clips(), phrasings, encoder);
        int[] all = IntStream.range(0, labels.length).toArray();
        int top = Evaluation.top(labelled.clips());
        return new Axis(
                Ladders.soft(ladders, labels, temperature).applyAsDouble(all),
                Ladders.retrieval(ladders, labels, top).applyAsDouble(all));
    }

    private static double recall(
            List<ClipEncoding> named,
            Function<String, List<String>> prompts,
            Function<List<String>, List<Embedding>> encoder,
            double temperature) {
        int[] all = IntStream.range(0, named.size()).toArray();
        return named.isEmpty()
                ? Double.NaN
                : ZeroShot.of(named, prompts, encoder, temperature).recall(all);
    }

    /// The gap between a sample of clips and a description of each, the same sample for the same seed.
    public static Gap gap(
            List<Clip> clips, List<Embedding> embeddings, Function<List<String>, List<Embedding>> encoder, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClipEncoding> sample =
                Samples.some(ModalityGap.described(encodings(clips, embeddings)), ModalityGap.MOST_PAIRS, random);
        if (sample.isEmpty()) {
            return new Gap(Double.NaN, Double.NaN, Double.NaN);
        }
        List<String> captions =
                sample.stream().map(clip -> ModalityGap.caption(clip, random)).toList();
        float[][] points = Stream.concat(sample.stream().map(ClipEncoding::embedding), encoder.apply(captions).stream())
                .map(Embedding::toArray)
                .toArray(float[][]::new);
        PointClouds clouds = PointClouds.of(points);
        int[] audio = IntStream.range(0, sample.size()).toArray();
        int[] text = IntStream.range(sample.size(), points.length).toArray();
        return new Gap(
                clouds.meanDistance(audio, text),
                clouds.mmd(audio, text, clouds.medianDistance()),
                clouds.wasserstein(audio, text));
    }

    private static List<ClipEncoding> encodings(List<Clip> clips, List<Embedding> embeddings) {
        List<ClipEncoding> encodings = new ArrayList<>();
        for (int i = 0; i < clips.size(); i++) {
            encodings.add(new ClipEncoding(clips.get(i), embeddings.get(i), 0, 0, List.of()));
        }
        return encodings;
    }
}
