package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import io.undertone.trainer.corpus.CorpusFiles;
import io.undertone.trainer.tower.TowerGraph.Written;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Somebody else's audio model, loaded and tried out: windows in, one vector each out. It is not trained.
///
/// Threading: one thread at a time; closed by whoever opened it.
public final class FrozenTower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FrozenTower.class);

    private static final int MOST_AT_ONCE = 16;

    /// What is looked at after every epoch is computed once.
    private static final int REMEMBERED = 2_048;

    /// Share of the largest value by which a window's vector may differ when others stand beside it.
    private static final double SAME = 1e-3;

    private final TowerSpec spec;
    private final Written graph;
    private final String digest;
    private final boolean oneByOne;
    private final OnnxFunction function;
    private final int windowSamples;
    private final Map<ByteBuffer, float[]> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, float[]> eldest) {
            return size() > REMEMBERED;
        }
    };

    private FrozenTower(
            TowerSpec spec, Written graph, String digest, boolean oneByOne, OnnxFunction function, int windowSamples) {
        this.spec = spec;
        this.graph = graph;
        this.digest = digest;
        this.oneByOne = oneByOne;
        this.function = function;
        this.windowSamples = windowSamples;
    }

    /// Reads the manifest and its files, makes one graph of them, and tries it on noise and silence. A tower that takes
    /// one window only, or whose vectors depend on what else is in the batch, is run window by window.
    ///
    /// @param manifest `tower.yaml`; its files lie beside it
    /// @param windowSamples of the bundle, at 16 kHz
    /// @param threads of ONNX Runtime
    /// @throws InvalidInputException naming the file and what is wrong
    public static FrozenTower open(Path manifest, int windowSamples, int threads) {
        TowerSpec spec = TowerSpec.read(manifest);
        List<TowerFile> files = spec.stages().stream()
                .map(stage -> TowerFile.open(manifest.resolveSibling(stage.file()), stage))
                .toList();
        Written graph = TowerGraph.write(spec, files, windowSamples);
        boolean alone = !takesBatches(spec, graph, windowSamples);
        Written used = alone ? TowerGraph.oneByOne(graph, windowSamples) : graph;
        byte[] bytes = used.model().toByteArray();
        OnnxFunction function = OnnxFunction.open("the tower " + spec.name(), bytes, threads);
        FrozenTower tower =
                new FrozenTower(spec, used, HexFormat.of().formatHex(sha256(bytes)), alone, function, windowSamples);
        try {
            tower.encode(List.of(new float[windowSamples], Noise.window(windowSamples, 0.1, 1, 2)));
        } catch (RuntimeException e) {
            tower.close();
            throw e;
        }
        return tower;
    }

    private static boolean takesBatches(TowerSpec spec, Written graph, int windowSamples) {
        if (spec.layout() == TowerSpec.Layout.SAMPLES) {
            return false;
        }
        float[][] windows = { // as unlike as calls are: some models limit what is quiet by what is loud
            Noise.window(windowSamples, 0.5, 0.5, 3),
            Noise.window(windowSamples, 0.01, 0.7, 4),
            Noise.window(windowSamples, 0.001, 1, 5)
        };
        try (OnnxFunction function =
                OnnxFunction.open("the tower " + spec.name(), graph.model().toByteArray(), 1)) {
            float[] together = run(function, graph, windows, windowSamples);
            for (int i = 0; i < windows.length; i++) {
                float[] alone = run(function, graph, new float[][] {windows[i]}, windowSamples);
                if (!same(alone, Arrays.copyOfRange(together, i * graph.dim(), (i + 1) * graph.dim()))) {
                    LOG.info("the tower {} mixes the windows of a batch: it is run window by window", spec.name());
                    return false;
                }
            }
            return true;
        } catch (InvalidInputException e) {
            LOG.info("the tower {} takes one window at a time: {}", spec.name(), e.getMessage());
            return false;
        }
    }

    private static boolean same(float[] alone, float[] together) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < alone.length; i++) {
            largest = Math.max(largest, Math.abs(alone[i]));
            difference = Math.max(difference, Math.abs(alone[i] - together[i]));
        }
        return difference <= SAME * largest;
    }

    private static float[] run(OnnxFunction function, Written graph, float[][] windows, int windowSamples) {
        float[] samples = new float[windows.length * windowSamples];
        for (int i = 0; i < windows.length; i++) {
            System.arraycopy(windows[i], 0, samples, i * windowSamples, windowSamples);
        }
        Tensor out = function.run(graph.input(), Tensor.of(samples, windows.length, windowSamples), graph.output());
        long[] expected = {windows.length, graph.dim()};
        if (!Arrays.equals(out.shape(), expected)) {
            throw new InvalidInputException("the tower gives " + Arrays.toString(out.shape()) + " for " + windows.length
                    + " windows; expected " + Arrays.toString(expected));
        }
        return out.values();
    }

    /// One vector a window, in order.
    ///
    /// @param windows of windowSamples each, in [-1, 1]
    /// @return `[dim]` each, not to be changed
    /// @throws InvalidInputException if a value is not finite
    public List<float[]> encode(List<float[]> windows) {
        List<ByteBuffer> keys = windows.stream()
                .map(window -> ByteBuffer.wrap(sha256(bytes(window))))
                .toList();
        Map<ByteBuffer, float[]> vectors = new HashMap<>();
        Map<ByteBuffer, float[]> missing = new LinkedHashMap<>();
        for (int i = 0; i < windows.size(); i++) {
            float[] known = remembered.get(keys.get(i));
            if (known == null) {
                missing.put(keys.get(i), windows.get(i));
            } else {
                vectors.put(keys.get(i), known);
            }
        }
        compute(missing, vectors);
        remembered.putAll(vectors);
        return keys.stream()
                .map(key -> Objects.requireNonNull(vectors.get(key)))
                .toList();
    }

    private void compute(Map<ByteBuffer, float[]> windows, Map<ByteBuffer, float[]> vectors) {
        List<ByteBuffer> keys = List.copyOf(windows.keySet());
        float[][] samples = windows.values().toArray(float[][]::new);
        int atOnce = oneByOne ? 1 : MOST_AT_ONCE;
        for (int from = 0; from < samples.length; from += atOnce) {
            int to = Math.min(samples.length, from + atOnce);
            float[] values = run(function, graph, Arrays.copyOfRange(samples, from, to), windowSamples);
            for (int i = from; i < to; i++) {
                int row = i - from;
                vectors.put(keys.get(i), finite(Arrays.copyOfRange(values, row * dim(), (row + 1) * dim())));
            }
        }
    }

    private float[] finite(float[] vector) {
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new InvalidInputException("the tower " + spec.name() + " gives " + vector[i] + " at place " + i
                        + " of its vector; check scale and normalise of its manifest");
            }
        }
        return vector;
    }

    private static byte[] bytes(float[] window) {
        ByteBuffer bytes = ByteBuffer.allocate(window.length * Float.BYTES);
        bytes.asFloatBuffer().put(window);
        return bytes.array();
    }

    private static byte[] sha256(byte[] bytes) {
        return CorpusFiles.sha256().digest(bytes);
    }

    public TowerSpec spec() {
        return spec;
    }

    /// Length of its vectors.
    public int dim() {
        return graph.dim();
    }

    /// Of everything that decides what it gives, in hexadecimal digits.
    public String digest() {
        return digest;
    }

    /// Whether windows go through it one after another.
    public boolean oneByOne() {
        return oneByOne;
    }

    /// `[batch, windowSamples]` to `[batch, dim]`, to become part of a bundle's graph.
    public ModelProto graph() {
        return graph.model();
    }

    @Override
    public void close() {
        function.close();
    }
}
