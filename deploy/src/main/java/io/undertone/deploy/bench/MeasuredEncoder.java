package io.undertone.deploy.bench;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.window.Window;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what an encoder is given. `batches` and `windows` may be asked by any thread.
final class MeasuredEncoder implements AudioEncoder {

    private final AudioEncoder encoder;
    private final ConcurrentSkipListMap<Integer, LongAdder> batches = new ConcurrentSkipListMap<>();

    MeasuredEncoder(AudioEncoder encoder) {
        this.encoder = encoder;
    }

    /// The time of a speech detector counts, its answer does not: the load costs what speech costs, but says nothing.
    @Override
    public List<Window> listen(List<Window> windows) {
        encoder.listen(windows);
        return windows;
    }

    @Override
    public List<Encoding> encode(List<Window> windows) {
        batches.computeIfAbsent(windows.size(), _ -> new LongAdder()).increment();
        return encoder.encode(windows);
    }

    /// How many batches there were of each size.
    SortedMap<Integer, Long> batches() {
        SortedMap<Integer, Long> counts = new TreeMap<>();
        batches.forEach((size, count) -> counts.put(size, count.sum()));
        return counts;
    }

    long windows() {
        return batches.entrySet().stream()
                .mapToLong(entry -> entry.getKey() * entry.getValue().sum())
                .sum();
    }

    @Override
    public String device() {
        return encoder.device();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
