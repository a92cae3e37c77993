package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.Progress;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Every clip decoded once: 16 kHz mono, 16 bits, one after another in a file that is mapped into memory. The folder's
/// name is a digest of what went in, so a changed corpus is decoded anew.
///
/// Immutable once open; any thread may read.
public final class AudioCache {

    /// Of the samples in the cache.
    public static final int SAMPLE_RATE_HZ = 16_000;

    private static final ValueLayout.OfShort SAMPLE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int IN_FLIGHT = 64;

    private final MemorySegment samples;
    private final Map<String, long[]> spans; // path -> {first sample, samples}

    private AudioCache(MemorySegment samples, Map<String, long[]> spans) {
        this.samples = samples;
        this.spans = spans;
    }

    /// Opens the cache of these files under `cacheFolder`, made first if it is not there.
    ///
    /// @param paths relative to the root of `files`
    /// @throws InvalidInputException if a file is missing or is no audio
    public static AudioCache open(CorpusFiles files, List<String> paths, Path cacheFolder, Progress progress) {
        try {
            Path folder = cacheFolder.resolve("audio-" + digest(files, paths));
            if (!Files.exists(folder.resolve("samples.s16"))) {
                decode(files, paths, folder, progress);
            }
            return map(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the audio cache under " + cacheFolder + " cannot be used", e);
        }
    }

    /// Length of a clip in samples.
    public int length(String path) {
        return (int) span(path)[1];
    }

    /// Samples [from, from + count) of a clip in [-1, 1], zeros behind its end.
    public float[] read(String path, int from, int count) {
        long[] span = span(path);
        float[] out = new float[count];
        int there = (int) Math.min(count, span[1] - from);
        for (int i = 0; i < there; i++) {
            out[i] = samples.get(SAMPLE, 2 * (span[0] + from + i)) / 32768f;
        }
        return out;
    }

    private long[] span(String path) {
        long[] span = spans.get(path);
        if (span == null) {
            throw new IllegalArgumentException("not in the cache: " + path);
        }
        return span;
    }

    private static String digest(CorpusFiles files, List<String> paths) {
        var digest = CorpusFiles.sha256();
        digest.update(files.fingerprint().getBytes(StandardCharsets.UTF_8));
        for (String path : paths) {
            digest.update((path + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static void decode(CorpusFiles files, List<String> paths, Path folder, Progress progress)
            throws IOException {
        Files.createDirectories(folder);
        Path part = folder.resolve("samples.part");
        List<String> index = new ArrayList<>();
        try (ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
                var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 20));
                var step = progress.start("decoding", paths.size())) {
            ArrayDeque<Future<byte[]>> running = new ArrayDeque<>();
            long at = 0;
            int next = 0;
            for (int done = 0; done < paths.size(); done++) {
                while (next < paths.size() && running.size() < IN_FLIGHT) {
                    String path = paths.get(next++);
                    running.add(pool.submit(() -> pcm(files.samples(path, SAMPLE_RATE_HZ))));
                }
                byte[] bytes = result(running.remove());
                out.write(bytes);
                index.add(at + " " + bytes.length / 2 + " " + paths.get(done));
                at += bytes.length / 2;
                step.at().accept(done + 1);
            }
        }
        Files.write(folder.resolve("index.txt"), index);
        Files.move(part, folder.resolve("samples.s16"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] result(Future<byte[]> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while decoding", e);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof InvalidInputException invalid) {
                throw invalid;
            }
            throw new IllegalStateException("decoding failed", e.getCause());
        }
    }

    private static byte[] pcm(float[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            bytes.putShort((short) Math.clamp(Math.round(sample * 32768f), -32768, 32767));
        }
        return bytes.array();
    }

    private static AudioCache map(Path folder) throws IOException {
        Map<String, long[]> spans = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("index.txt"))) {
            String[] parts = line.split(" ", 3);
            spans.put(parts[2], new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])});
        }
        try (FileChannel channel = FileChannel.open(folder.resolve("samples.s16"), StandardOpenOption.READ)) {
            var segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new AudioCache(segment, spans);
        }
    }
}
