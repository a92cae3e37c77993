package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// What prompts alone say of encoded clips, as plain numbers without intervals: to watch a training by, and to compare
/// trainings. The definitions are those of [Ladders] and [ZeroShot].
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
    public record Gap(double meanDistance, double mmd) {}

    /// Every text that the measures of these clips need, but those of the gap.
    public static List<String> texts(List<Clip> clips) {
        Set<String> texts = new LinkedHashSet<>();
        Stream.concat(Ladders.VALENCE.stream(), Ladders.AROUSAL.stream()).forEach(texts::addAll);
        clips.stream().map(Clip::emotion).distinct().forEach(emotion -> {
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
        double[] valence =
                clips.stream().mapToDouble(clip -> Corpus.place(clip).valence()).toArray();
        double[] arousal =
                clips.stream().mapToDouble(clip -> Corpus.place(clip).arousal()).toArray();
        List<double[][]> valenceLadders = Ladders.similarities(encodings, Ladders.VALENCE, encoder);
        List<double[][]> arousalLadders = Ladders.similarities(encodings, Ladders.AROUSAL, encoder);
        int[] all = IntStream.range(0, clips.size()).toArray();
        int top = Evaluation.top(encodings);
        return new PromptMeasures(
                Ladders.soft(valenceLadders, valence, temperature).applyAsDouble(all),
                Ladders.soft(arousalLadders, arousal, temperature).applyAsDouble(all),
                Ladders.retrieval(valenceLadders, valence, top).applyAsDouble(all),
                Ladders.retrieval(arousalLadders, arousal, top).applyAsDouble(all),
                ZeroShot.of(encodings, Captions::plain, encoder, temperature).recall(all),
                ZeroShot.of(encodings, Captions::heldOut, encoder, temperature).recall(all));
    }

    /// The gap between a sample of clips and a description of each, the same sample for the same seed.
    public static Gap gap(
            List<Clip> clips, List<Embedding> embeddings, Function<List<String>, List<Embedding>> encoder, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClipEncoding> sample = Samples.some(encodings(clips, embeddings), ModalityGap.MOST_PAIRS, random);
        List<String> captions =
                sample.stream().map(clip -> ModalityGap.caption(clip, random)).toList();
        float[][] points = Stream.concat(sample.stream().map(ClipEncoding::embedding), encoder.apply(captions).stream())
                .map(Embedding::toArray)
                .toArray(float[][]::new);
        PointClouds clouds = PointClouds.of(points);
        int[] audio = IntStream.range(0, sample.size()).toArray();
        int[] text = IntStream.range(sample.size(), points.length).toArray();
        return new Gap(clouds.meanDistance(audio, text), clouds.mmd(audio, text, clouds.medianDistance()));
    }

    private static List<ClipEncoding> encodings(List<Clip> clips, List<Embedding> embeddings) {
        List<ClipEncoding> encodings = new ArrayList<>();
        for (int i = 0; i < clips.size(); i++) {
            encodings.add(new ClipEncoding(clips.get(i), embeddings.get(i), 0, 0, List.of()));
        }
        return encodings;
    }
}
