package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Corpus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Measures encoded clips against their labels. Every figure comes with a bootstrap interval over speakers
/// (percentile, 95 %): speakers are drawn again with replacement, each with all of their clips.
public final class Evaluation {

    private static final int RESAMPLES = 200;
    private static final int SMALLEST_TOP = 5;

    private final Function<List<String>, List<Embedding>> prompts;
    private final long seed;

    /// @param prompts the bundle's text encoder
    public Evaluation(Function<List<String>, List<Embedding>> prompts, long seed) {
        this.prompts = prompts;
        this.seed = seed;
    }

    /// All clips as one group, and each corpus if there are several.
    public List<EvaluationReport.Group> groups(List<ClipEncoding> clips) {
        Map<String, List<ClipEncoding>> byCorpus = new TreeMap<>();
        clips.forEach(clip -> byCorpus.computeIfAbsent(clip.clip().corpus(), _ -> new ArrayList<>())
                .add(clip));
        List<EvaluationReport.Group> groups = new ArrayList<>();
        if (byCorpus.size() > 1) {
            groups.add(group("all", clips));
        }
        byCorpus.forEach((corpus, own) -> groups.add(group(corpus, own)));
        return groups;
    }

    private EvaluationReport.Group group(String name, List<ClipEncoding> clips) {
        Affect[] places = clips.stream().map(clip -> Corpus.place(clip.clip())).toArray(Affect[]::new);
        double[] valence = Arrays.stream(places).mapToDouble(Affect::valence).toArray();
        double[] arousal = Arrays.stream(places).mapToDouble(Affect::arousal).toArray();
        double[] saidValence = clips.stream().mapToDouble(ClipEncoding::valence).toArray();
        double[] saidArousal = clips.stream().mapToDouble(ClipEncoding::arousal).toArray();
        List<String> classes = new ArrayList<>(
                new TreeSet<>(clips.stream().map(clip -> clip.clip().emotion()).toList()));
        int[] wanted = clips.stream()
                .mapToInt(clip -> classes.indexOf(clip.clip().emotion()))
                .toArray();
        int[] plain = byPrompts(clips, classes, Captions::plain);
        int[] fresh = byPrompts(clips, classes, Captions::heldOut);
        int top = Math.max(SMALLEST_TOP, clips.size() / 20);
        double chance = 1.0 / classes.size();
        return new EvaluationReport.Group(
                name,
                clips.size(),
                speakers(clips).size(),
                classes.size(),
                interval(clips, 0, some -> Measures.kendall(pick(saidValence, some), pick(valence, some))),
                interval(clips, 0, some -> Measures.kendall(pick(saidArousal, some), pick(arousal, some))),
                ladder(clips, Ladders.VALENCE, valence, top),
                ladder(clips, Ladders.AROUSAL, arousal, top),
                top,
                interval(clips, chance, some -> Measures.averageRecall(pick(wanted, some), pick(plain, some))),
                interval(clips, chance, some -> Measures.averageRecall(pick(wanted, some), pick(fresh, some))));
    }

    /// The class whose texts are, on average, most similar with each clip.
    private int[] byPrompts(List<ClipEncoding> clips, List<String> classes, Function<String, List<String>> texts) {
        double[][] similarities = new double[classes.size()][];
        for (int c = 0; c < classes.size(); c++) {
            similarities[c] = new double[clips.size()];
            List<Embedding> embeddings = prompts.apply(texts.apply(classes.get(c)));
            for (int i = 0; i < clips.size(); i++) {
                for (Embedding embedding : embeddings) {
                    similarities[c][i] += embedding.cosine(clips.get(i).embedding()) / embeddings.size();
                }
            }
        }
        int[] best = new int[clips.size()];
        for (int i = 0; i < best.length; i++) {
            for (int c = 1; c < classes.size(); c++) {
                if (similarities[c][i] > similarities[best[i]][i]) {
                    best[i] = c;
                }
            }
        }
        return best;
    }

    private Interval ladder(List<ClipEncoding> clips, List<List<String>> phrasings, double[] values, int top) {
        List<double[][]> ladders = new ArrayList<>();
        for (List<String> phrasing : phrasings) {
            List<Embedding> steps = prompts.apply(phrasing);
            double[][] similarities = new double[steps.size()][];
            for (int step = 0; step < steps.size(); step++) {
                Embedding prompt = steps.get(step);
                similarities[step] = clips.stream()
                        .mapToDouble(clip -> prompt.cosine(clip.embedding()))
                        .toArray();
            }
            ladders.add(similarities);
        }
        return interval(
                clips,
                0,
                some -> ladders.stream()
                        .mapToDouble(similarities -> Measures.ladder(
                                Arrays.stream(similarities)
                                        .map(row -> pick(row, some))
                                        .toArray(double[][]::new),
                                pick(values, some),
                                top))
                        .average()
                        .orElse(0));
    }

    private static Map<String, int[]> speakers(List<ClipEncoding> clips) {
        Map<String, List<Integer>> lists = new LinkedHashMap<>();
        for (int i = 0; i < clips.size(); i++) {
            lists.computeIfAbsent(clips.get(i).clip().speaker(), _ -> new ArrayList<>())
                    .add(i);
        }
        Map<String, int[]> speakers = new LinkedHashMap<>();
        lists.forEach((speaker, own) ->
                speakers.put(speaker, own.stream().mapToInt(i -> i).toArray()));
        return speakers;
    }

    private Interval interval(List<ClipEncoding> clips, double chance, ToDoubleFunction<int[]> measure) {
        List<int[]> speakers = List.copyOf(speakers(clips).values());
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[RESAMPLES];
        for (int r = 0; r < RESAMPLES; r++) {
            int[] drawn = IntStream.range(0, speakers.size())
                    .mapToObj(_ -> speakers.get(random.nextInt(speakers.size())))
                    .flatMapToInt(Arrays::stream)
                    .toArray();
            values[r] = measure.applyAsDouble(drawn);
        }
        Arrays.sort(values);
        double value = measure.applyAsDouble(IntStream.range(0, clips.size()).toArray());
        return new Interval(value, values[(int) (0.025 * RESAMPLES)], values[(int) (0.975 * RESAMPLES) - 1], chance);
    }

    private static double[] pick(double[] values, int[] indexes) {
        return Arrays.stream(indexes).mapToDouble(i -> values[i]).toArray();
    }

    private static int[] pick(int[] values, int[] indexes) {
        return Arrays.stream(indexes).map(i -> values[i]).toArray();
    }
}
