package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.Measures;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import io.undertone.window.WindowSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Clips with the features of their windows, computed once by an encoder that does not change any more. Immutable.
final class FrozenClips {

    private static final int BATCH = 32;

    private final String name;
    private final List<Clip> clips;
    private final float[][] features; // [windows of all clips][features]
    private final int[] owners; // [windows]: index of the clip

    private FrozenClips(String name, List<Clip> clips, float[][] features, int[] owners) {
        this.name = name;
        this.clips = clips;
        this.features = features;
        this.owners = owners;
    }

    /// Cuts a window every hop, the last one padded, if at least half of it is there: as the evaluation does.
    static FrozenClips of(
            String name, Corpus corpus, WindowSpec spec, Networks networks, NDManager parent, Progress progress) {
        List<int[]> windows = new ArrayList<>(); // {clip, from}
        for (int clip = 0; clip < corpus.clips().size(); clip++) {
            int length = corpus.audio().length(corpus.clips().get(clip).path());
            windows.add(new int[] {clip, 0});
            for (int from = spec.hopSamples(); length - from >= spec.windowSamples() / 2; from += spec.hopSamples()) {
                if (from + spec.windowSamples() - spec.hopSamples() < length) {
                    windows.add(new int[] {clip, from});
                }
            }
        }
        float[][] features = new float[windows.size()][];
        try (var step = progress.start(name, windows.size())) {
            for (int first = 0; first < features.length; first += BATCH) {
                int last = Math.min(features.length, first + BATCH);
                float[][] some = encode(windows.subList(first, last), corpus, spec, networks, parent);
                System.arraycopy(some, 0, features, first, some.length);
                step.at().accept(last);
            }
        }
        int[] owners = windows.stream().mapToInt(window -> window[0]).toArray();
        return new FrozenClips(name, corpus.clips(), features, owners);
    }

    private static float[][] encode(
            List<int[]> windows, Corpus corpus, WindowSpec spec, Networks networks, NDManager parent) {
        int length = spec.windowSamples();
        float[] waveforms = new float[windows.size() * length];
        for (int i = 0; i < windows.size(); i++) {
            String path = corpus.clips().get(windows.get(i)[0]).path();
            System.arraycopy(corpus.audio().read(path, windows.get(i)[1], length), 0, waveforms, i * length, length);
        }
        try (NDManager manager = parent.newSubManager()) {
            float[] all = networks.encoder()
                    .apply(
                            new DjlOps(networks.weights(), false),
                            manager.create(waveforms, new Shape(windows.size(), length)))
                    .toFloatArray();
            int size = all.length / windows.size();
            float[][] features = new float[windows.size()][];
            Arrays.setAll(features, i -> Arrays.copyOfRange(all, i * size, (i + 1) * size));
            return features;
        }
    }

    String name() {
        return name;
    }

    List<Clip> clips() {
        return clips;
    }

    /// What the supervised heads make of the clips, each the mean over its windows.
    ///
    /// @param valence Kendall's tau-b of the estimate and the label; NaN where no label says it, as the others
    /// @param arousal the same
    /// @param recall unweighted average recall of the clips' categories; those that the head never learned are not
    ///     found
    record Supervised(double valence, double arousal, double recall) {}

    /// @param classes of the head
    Supervised supervised(Networks networks, List<String> classes, NDManager manager) {
        float[][] affect = mean(Projections.affect(networks, features, manager));
        float[][] logits = mean(Projections.classes(networks, features, manager));
        List<String> categories = clips.stream()
                .map(Clip::emotion)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
        int[] named = IntStream.range(0, clips.size())
                .filter(i -> !clips.get(i).emotion().isEmpty())
                .toArray();
        int[] wanted = IntStream.of(named)
                .map(i -> categories.indexOf(clips.get(i).emotion()))
                .toArray();
        int[] found = IntStream.of(named)
                .map(i -> classes.stream()
                        .filter(categories::contains)
                        .max(Comparator.comparingDouble(name -> logits[i][classes.indexOf(name)]))
                        .map(categories::indexOf)
                        .orElse(-1))
                .toArray();
        return new Supervised(
                tau(affect, 0), tau(affect, 1), named.length == 0 ? Double.NaN : Measures.averageRecall(wanted, found));
    }

    private double tau(float[][] affect, int dimension) {
        return Measures.kendallOfLabelled(
                Arrays.stream(affect).mapToDouble(said -> said[dimension]).toArray(),
                clips.stream()
                        .mapToDouble(clip -> Corpus.place(clip).toArray()[dimension])
                        .toArray());
    }

    /// `[windows][n]` to `[clips][n]`.
    private float[][] mean(float[][] ofWindows) {
        float[][] sums = new float[clips.size()][ofWindows[0].length];
        int[] windows = new int[clips.size()];
        for (int w = 0; w < owners.length; w++) {
            windows[owners[w]]++;
            for (int i = 0; i < ofWindows[w].length; i++) {
                sums[owners[w]][i] += ofWindows[w][i];
            }
        }
        for (int clip = 0; clip < sums.length; clip++) {
            for (int i = 0; i < sums[clip].length; i++) {
                sums[clip][i] /= windows[clip];
            }
        }
        return sums;
    }

    /// One embedding a clip: the mean over its windows, of unit length.
    List<Embedding> embeddings(Networks heads, NDManager manager) {
        List<Embedding> windows = Projections.audio(heads, features, manager);
        int dim = windows.getFirst().dim();
        float[][] sums = new float[clips.size()][dim];
        for (int w = 0; w < owners.length; w++) {
            float[] values = windows.get(w).toArray();
            for (int i = 0; i < dim; i++) {
                sums[owners[w]][i] += values[i];
            }
        }
        return Arrays.stream(sums).map(Embedding::normalized).toList();
    }
}
