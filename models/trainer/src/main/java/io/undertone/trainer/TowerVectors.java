package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.BatchLoader;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.CorpusFiles;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.TowerEncoder;
import io.undertone.trainer.network.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.function.Function;

/// A frozen tower's vectors of some augmented windows of every training clip, computed once and kept under the cache
/// folder, one file a pass. The folder's name is a digest of the tower, the clips, and samples of the windows
/// themselves, so that another tower, corpus, seed or augmentation is never taken for this one. Immutable.
final class TowerVectors implements StageInput {

    private static final int BATCH = 16;

    /// Windows whose samples are part of the digest, spread over the clips.
    private static final int SAMPLED = 12;

    private final float[][][] vectors; // [passes][clips][dim]
    private final int dim;

    private TowerVectors(float[][][] vectors, int dim) {
        this.vectors = vectors;
        this.dim = dim;
    }

    /// Reads what is in the cache and computes the rest.
    static TowerVectors of(
            TrainConfig config,
            TrainingData data,
            TowerEncoder tower,
            Weights weights,
            NDManager parent,
            Path cache,
            Progress progress)
            throws InterruptedException {
        int passes = config.alignment().passes();
        Path folder = cache.resolve("tower-" + digest(config, data, tower));
        float[][][] vectors = new float[passes][][];
        try {
            Files.createDirectories(folder);
            for (int pass = 0; pass < passes; pass++) {
                Path file = folder.resolve("pass-" + pass + ".f32");
                if (!Files.exists(file)) {
                    long seed = seed(config, pass);
                    final float[][] computed;
                    try (var step = progress.start(
                            "tower, pass " + (pass + 1), data.train().size())) {
                        computed = computed(data, windows -> encoded(tower, weights, windows, parent), seed, step);
                    }
                    WholeFile.write(file, out -> {
                        for (float[] vector : computed) {
                            out.write(bytes(vector));
                        }
                    });
                }
                vectors[pass] = read(file, data.train().size(), tower.dim());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the cache of tower vectors " + folder + " cannot be used", e);
        }
        return new TowerVectors(vectors, tower.dim());
    }

    private static long seed(TrainConfig config, int pass) {
        return new SplittableRandom(config.seed() + 177L * (pass + 1)).nextLong();
    }

    /// The window of a clip in a pass: a function of seed, pass and clip alone.
    private static float[] window(TrainingData data, int clip, long seed) {
        SplittableRandom random = new SplittableRandom(new SplittableRandom(seed + 31L * clip).nextLong());
        return data.augmentation().window(data.train().get(clip).path(), random);
    }

    private static String digest(TrainConfig config, TrainingData data, TowerEncoder tower) {
        MessageDigest digest = CorpusFiles.sha256();
        digest.update(tower.digest().getBytes(StandardCharsets.UTF_8));
        for (Clip clip : data.train()) {
            digest.update((clip.path() + " " + data.corpus().audio().length(clip.path()) + "\n")
                    .getBytes(StandardCharsets.UTF_8));
        }
        int clips = data.train().size();
        for (int i = 0; i < Math.min(SAMPLED, clips); i++) {
            digest.update(bytes(window(data, (int) ((long) i * clips / SAMPLED % clips), seed(config, 0))));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static float[][] computed(
            TrainingData data, Function<Batch, float[][]> encoder, long seed, Progress.Step step)
            throws InterruptedException {
        int clips = data.train().size();
        float[][] vectors = new float[clips][];
        int[] next = {0};
        BatchLoader.Preparation preparation = _ -> {
            int from = next[0];
            next[0] += BATCH; // one loader thread, so in order
            return windows(data, from, Math.min(clips, from + BATCH), seed);
        };
        int batches = (clips + BATCH - 1) / BATCH;
        try (BatchLoader loader = new BatchLoader(preparation, batches, seed, 1)) {
            for (int b = 0; b < batches; b++) {
                Batch batch = loader.next();
                float[][] encoded = encoder.apply(batch);
                for (int i = 0; i < encoded.length; i++) {
                    vectors[batch.clips()[i]] = encoded[i];
                }
                step.at().accept(Math.min(clips, (b + 1L) * BATCH));
            }
        }
        return vectors;
    }

    private static Batch windows(TrainingData data, int from, int to, long seed) {
        int[] clips = new int[to - from];
        float[][] windows = new float[clips.length][];
        for (int i = 0; i < clips.length; i++) {
            clips[i] = from + i;
            windows[i] = window(data, clips[i], seed);
        }
        return Batch.of(clips, flat(windows), new float[0]);
    }

    private static float[][] encoded(TowerEncoder tower, Weights weights, Batch batch, NDManager parent) {
        int rows = batch.clips().length;
        try (NDManager manager = parent.newSubManager()) {
            NDArray waveforms = manager.create(batch.waveforms(), new Shape(rows, batch.waveforms().length / rows));
            return rows(tower.fixed(new DjlOps(weights, false), waveforms));
        }
    }

    /// `[n, values]` to `[n][values]`.
    private static float[][] rows(NDArray array) {
        float[] all = array.toFloatArray();
        float[][] rows = new float[(int) array.getShape().get(0)][];
        int length = all.length / rows.length;
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(all, i * length, (i + 1) * length);
        }
        return rows;
    }

    private static float[] flat(float[][] rows) {
        int length = rows[0].length;
        float[] flat = new float[rows.length * length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * length, length);
        }
        return flat;
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static float[][] read(Path file, int clips, int dim) throws IOException {
        var floats = ByteBuffer.wrap(Files.readAllBytes(file)).asFloatBuffer();
        if (floats.remaining() != clips * dim) {
            throw new IOException(
                    file + " must hold " + clips + " vectors of " + dim + " values: " + floats.remaining() + " values");
        }
        float[][] vectors = new float[clips][dim];
        for (float[] vector : vectors) {
            floats.get(vector);
        }
        return vectors;
    }

    /// All of them through the trained part of the encoder: `[passes][clips][features]`.
    float[][][] features(Networks networks, NDManager parent) {
        DjlOps ops = new DjlOps(networks.weights(), false);
        float[][][] features = new float[vectors.length][vectors[0].length][];
        for (int pass = 0; pass < vectors.length; pass++) {
            for (int from = 0; from < features[pass].length; from += BATCH) {
                int to = Math.min(features[pass].length, from + BATCH);
                try (NDManager manager = parent.newSubManager()) {
                    float[] some = flat(Arrays.copyOfRange(vectors[pass], from, to));
                    NDArray all = networks.encoder().pooled(ops, manager.create(some, new Shape(to - from, dim)));
                    System.arraycopy(rows(all), 0, features[pass], from, to - from);
                }
            }
        }
        return features;
    }

    @Override
    public Batch batch(int[] clips, SplittableRandom random) {
        float[][] drawn = new float[clips.length][];
        for (int i = 0; i < clips.length; i++) {
            drawn[i] = vectors[random.nextInt(vectors.length)][clips[i]];
        }
        return Batch.of(clips, flat(drawn), new float[0]);
    }

    /// `[batch, dim]`.
    @Override
    public NDArray fixed(Batch batch, DjlOps ops, NDManager manager) {
        return manager.create(batch.waveforms(), new Shape(batch.clips().length, dim));
    }
}
