package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.model.BundlePrompt;
import io.undertone.model.Embedding;
import io.undertone.model.Softmax;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.TextVectors;
import io.undertone.trainer.evaluation.Measures;
import io.undertone.trainer.network.Networks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/// What the report of a finished run draws beside its metrics: the first window of each test speaker's clips as the
/// networks hear it, where the label gives it a place in the plane. Labels and numbers only, no audio and no
/// embedding. Written as `picture.json`.
///
/// @param prompts of the bundle, each at the mean place of the twentieth of the clips that fit it best
/// @param confusions one for each corpus that has categories
record RunPicture(List<Spot> clips, List<PromptSpot> prompts, List<Confusion> confusions, Reliability reliability) {

    private static final int MOST_CLIPS = 1_500;
    private static final int BINS = 10;
    private static final int FITTING_SHARE = 20;

    /// A clip: its label and what the affect head says.
    record Spot(
            String corpus, String emotion, double valence, double arousal, double saidValence, double saidArousal) {}

    record PromptSpot(String id, String text, double valence, double arousal) {}

    /// @param counts `[label][category found by prompts]`
    record Confusion(String corpus, List<String> classes, List<List<Integer>> counts, double recall) {}

    /// @param error expected calibration error over the bins, weighted by their clips
    record Reliability(List<Bin> bins, double error) {}

    /// @param confidence mean
    /// @param accuracy share that was right
    record Bin(double confidence, double accuracy, int clips) {}

    /// What the prompts make of one clip.
    private record Answer(boolean right, double confidence) {}

    /// @param probabilityTemperature the bundle's
    static RunPicture take(
            TrainConfig config,
            TrainingData data,
            Networks networks,
            double probabilityTemperature,
            NDManager manager,
            Path cache,
            Progress progress) {
        List<Clip> test = data.corpus().clips().stream()
                .filter(clip -> data.split().test().contains(clip.speaker()))
                .filter(clip -> Corpus.place(clip).isWhole())
                .toList();
        SpeakerCheck check = SpeakerCheck.create(config, data, test, MOST_CLIPS, cache, progress);
        float[][] features = check.features(networks, manager);
        List<Embedding> audio = Projections.audio(networks, features, manager);
        Function<List<String>, List<Embedding>> encoder =
                texts -> Projections.text(networks, check.vectors(texts), manager);
        List<Spot> spots = spots(check.clips(), Projections.affect(networks, features, manager));
        List<String> texts =
                config.prompts().stream().map(BundlePrompt::text).distinct().toList();
        TextVectors vectors = TextVectors.of(texts, cache, progress);
        List<PromptSpot> prompts = new ArrayList<>();
        for (BundlePrompt prompt : config.prompts()) {
            Embedding embedding = Projections.text(networks, List.of(vectors.get(prompt.text())), manager)
                    .getFirst();
            prompts.add(spot(prompt, embedding, audio, spots));
        }
        List<Answer> answers = new ArrayList<>();
        List<Confusion> confusions = new ArrayList<>();
        List<Spot> named =
                spots.stream().filter(spot -> !spot.emotion().isEmpty()).toList();
        for (String corpus : new TreeSet<>(named.stream().map(Spot::corpus).toList())) {
            int[] own = IntStream.range(0, spots.size())
                    .filter(i -> spots.get(i).corpus().equals(corpus)
                            && !spots.get(i).emotion().isEmpty())
                    .toArray();
            confusions.add(confusion(corpus, own, spots, audio, encoder, probabilityTemperature, answers));
        }
        return new RunPicture(spots, prompts, confusions, reliability(answers));
    }

    /// @param said `[clips][2]`
    private static List<Spot> spots(List<Clip> clips, float[][] said) {
        return IntStream.range(0, said.length)
                .mapToObj(i -> {
                    Affect place = Corpus.place(clips.get(i)).whole();
                    return new Spot(
                            clips.get(i).corpus(),
                            clips.get(i).emotion(),
                            rounded(place.valence()),
                            rounded(place.arousal()),
                            rounded(said[i][0]),
                            rounded(said[i][1]));
                })
                .toList();
    }

    private static PromptSpot spot(BundlePrompt prompt, Embedding embedding, List<Embedding> audio, List<Spot> spots) {
        int count = Math.max(1, audio.size() / FITTING_SHARE);
        List<Spot> fitting = IntStream.range(0, audio.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -embedding.cosine(audio.get(i))))
                .limit(count)
                .map(spots::get)
                .toList();
        return new PromptSpot(
                prompt.id(),
                prompt.text(),
                rounded(fitting.stream()
                        .mapToDouble(Spot::saidValence)
                        .average()
                        .orElse(0)),
                rounded(fitting.stream()
                        .mapToDouble(Spot::saidArousal)
                        .average()
                        .orElse(0)));
    }

    private static Confusion confusion(
            String corpus,
            int[] own,
            List<Spot> spots,
            List<Embedding> audio,
            Function<List<String>, List<Embedding>> encoder,
            double temperature,
            List<Answer> answers) {
        List<String> classes = List.copyOf(new TreeSet<>(
                Arrays.stream(own).mapToObj(i -> spots.get(i).emotion()).toList()));
        List<List<Embedding>> prompts = classes.stream()
                .map(name -> encoder.apply(Captions.plain(name)))
                .toList();
        int[][] counts = new int[classes.size()][classes.size()];
        int[] wanted = Arrays.stream(own)
                .map(i -> classes.indexOf(spots.get(i).emotion()))
                .toArray();
        int[] found = new int[own.length];
        for (int i = 0; i < own.length; i++) {
            Embedding clip = audio.get(own[i]);
            double[] probabilities = Softmax.of(
                    prompts.stream()
                            .mapToDouble(texts -> texts.stream()
                                    .mapToDouble(clip::cosine)
                                    .average()
                                    .orElse(-1))
                            .toArray(),
                    temperature);
            found[i] = IntStream.range(0, probabilities.length)
                    .boxed()
                    .max(Comparator.comparingDouble(c -> probabilities[c]))
                    .orElse(0);
            counts[wanted[i]][found[i]]++;
            answers.add(new Answer(wanted[i] == found[i], probabilities[found[i]]));
        }
        List<List<Integer>> rows = Arrays.stream(counts)
                .map(row -> Arrays.stream(row).boxed().toList())
                .toList();
        return new Confusion(corpus, classes, rows, rounded(Measures.averageRecall(wanted, found)));
    }

    private static Reliability reliability(List<Answer> answers) {
        List<Bin> bins = new ArrayList<>();
        double error = 0;
        for (int b = 0; b < BINS; b++) {
            int bin = b;
            List<Answer> own = answers.stream()
                    .filter(answer -> Math.min(BINS - 1, (int) (answer.confidence * BINS)) == bin)
                    .toList();
            double confidence =
                    own.stream().mapToDouble(Answer::confidence).average().orElse(0);
            double accuracy = own.stream()
                    .mapToDouble(answer -> answer.right ? 1 : 0)
                    .average()
                    .orElse(0);
            bins.add(new Bin(rounded(confidence), rounded(accuracy), own.size()));
            error += Math.abs(confidence - accuracy) * own.size() / Math.max(1, answers.size());
        }
        return new Reliability(bins, rounded(error));
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
