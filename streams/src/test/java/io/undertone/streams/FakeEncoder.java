package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Embedding;
import io.undertone.model.Encoding;
import io.undertone.window.Window;
import java.util.ArrayList;
import java.util.List;

/// A pure function of the window in which every sample counts: a window that lost, gained or moved one gets another
/// tag.
final class FakeEncoder implements AudioEncoder {

    private final int dim;
    private final List<Integer> batchSizes = new ArrayList<>();

    FakeEncoder(int dim) {
        this.dim = dim;
    }

    @Override
    public synchronized List<Encoding> encode(List<Window> windows) {
        batchSizes.add(windows.size());
        return windows.stream().map(this::encode).toList();
    }

    synchronized List<Integer> batchSizes() {
        return List.copyOf(batchSizes);
    }

    Encoding encode(Window window) {
        double sum = 0;
        double weighted = 0;
        float[] samples = window.samples();
        for (int i = 0; i < samples.length; i++) {
            sum += samples[i];
            weighted += samples[i] * Math.sin(i * 0.37);
        }
        float[] values = new float[dim]; // [dim]
        for (int i = 0; i < dim; i++) {
            values[i] = (float) (Math.sin(sum * (i + 1)) + Math.cos(weighted * (i + 1)) + 1e-3);
        }
        return new Encoding(Embedding.normalized(values), Math.sin(sum), Math.cos(weighted));
    }

    @Override
    public String device() {
        return "fake";
    }

    @Override
    public void close() {}
}
