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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every clip decoded once: 16 kHz mono, 16 bits, one after another in a file that is mapped into memory. The
/// folder's name is a digest of what went in, so a changed corpus is decoded anew.
///
/// Immutable once open; any thread may read.
public final class AudioCache {

    /// Of the samples in the cache.
    public static final int SAMPLE_RATE_HZ = 16_000;

    private static final Logger LOG = LoggerFactory.getLogger(AudioCache.class);
    private static final ValueLayout.OfShort SAMPLE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int IN_FLIGHT = 64;

    private final MemorySegment samples;
    private final Map<String, Span> spans;
    private final Path folder;

    /// Where a clip lies.
    ///
    /// @param first sample
    /// @param digest of the samples: equal audio has an equal digest; empty if the file could not be read
    private record Span(long first, int samples, String digest) {}

    private AudioCache(MemorySegment samples, Map<String, Span> spans, Path folder) {
        this.samples = samples;
        this.spans = spans;
        this.folder = folder;
    }

    /// Opens the cache of these files under `cacheFolder`, made first if it is not there.
    ///
    /// A file that cannot be read is kept as a clip without samples: corpora have such files, and a run must not
    /// end for one.
    ///
    /// @param paths relative to the root of `files`
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

    /// Length of a clip in samples; 0 if its file could not be read.
    public int length(String path) {
        return span(path).samples;
    }

    /// Equal for clips of equal audio.
    public String digest(String path) {
        return span(path).digest;
    }

    /// Which clips hold one recording, encoded apart: a name of the recording for each clip that has such a twin.
    /// Looked for once; the pairs are kept beside the samples.
    Map<String, String> recordings(Progress progress) {
        Path file = folder.resolve("near-duplicates.tsv");
        try {
            if (!Files.exists(file)) {
                Path part = folder.resolve("near-duplicates.part");
                Files.write(part, nearDuplicates(progress));
                Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return NearDuplicates.recordings(Files.readAllLines(file).stream()
                    .map(line -> line.split("\t", 2))
                    .map(columns -> new NearDuplicates.Pair(columns[0], columns[1]))
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("the list of near duplicates " + file + " cannot be used", e);
        }
    }

    private List<String> nearDuplicates(Progress progress) {
        try (var _ = progress.start("comparing recordings", 1)) {
            return new NearDuplicates(path -> read(path, 0, length(path)))
                    .find(List.copyOf(spans.keySet())).stream()
                            .map(pair -> pair.first() + "\t" + pair.second())
                            .toList();
        }
    }

    /// Samples [from, from + count) of a clip in [-1, 1], zeros behind its end.
    public float[] read(String path, int from, int count) {
        Span span = span(path);
        float[] out = new float[count];
        int there = Math.min(count, span.samples - from);
        for (int i = 0; i < there; i++) {
            out[i] = samples.get(SAMPLE, 2 * (span.first + from + i)) / 32768f;
        }
        return out;
    }

    private Span span(String path) {
        Span span = spans.get(path);
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
        try (ExecutorService pool =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
                var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part), 1 << 20));
                var step = progress.start("decoding", paths.size())) {
            ArrayDeque<Future<byte[]>> running = new ArrayDeque<>();
            long at = 0;
            int next = 0;
            for (int done = 0; done < paths.size(); done++) {
                while (next < paths.size() && running.size() < IN_FLIGHT) {
                    String path = paths.get(next++);
                    running.add(pool.submit(() -> decoded(files, path)));
                }
                byte[] bytes = result(running.remove());
                out.write(bytes);
                index.add(at + " " + bytes.length / 2 + " " + digest(bytes) + " " + paths.get(done));
                at += bytes.length / 2;
                step.at().accept(done + 1);
            }
        }
        Files.write(folder.resolve("index.txt"), index);
        Files.move(part, folder.resolve("samples.s16"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static byte[] decoded(CorpusFiles files, String path) {
        try {
            return pcm(files.samples(path, SAMPLE_RATE_HZ));
        } catch (InvalidInputException e) {
            LOG.warn("left out: {}", e.getMessage());
            return new byte[0];
        }
    }

    private static String digest(byte[] bytes) {
        return bytes.length == 0
                ? "-"
                : HexFormat.of().formatHex(CorpusFiles.sha256().digest(bytes), 0, 16);
    }

    private static byte[] result(Future<byte[]> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while decoding", e);
        } catch (java.util.concurrent.ExecutionException e) {
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
        Map<String, Span> spans = new LinkedHashMap<>();
        for (String line : Files.readAllLines(folder.resolve("index.txt"))) {
            String[] parts = line.split(" ", 4);
            spans.put(parts[3], new Span(Long.parseLong(parts[0]), Integer.parseInt(parts[1]), parts[2]));
        }
        try (FileChannel channel = FileChannel.open(folder.resolve("samples.s16"), StandardOpenOption.READ)) {
            var segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new AudioCache(segment, spans, folder);
        }
    }
}
