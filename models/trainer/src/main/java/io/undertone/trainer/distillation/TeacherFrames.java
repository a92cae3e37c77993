package io.undertone.trainer.distillation;

import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.AudioCache;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// A teacher's frames of every clip, computed once, kept as 16-bit floats in a file that is mapped into memory.
/// Immutable once open; any thread may read.
public final class TeacherFrames {

    private static final ValueLayout.OfShort VALUE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int IN_FLIGHT = 16;

    /// What a few frames lie further away from the mean is noise of the teacher, and would rule the squares.
    private static final float FURTHEST = 6;

    private final MemorySegment values;
    private final Map<String, Span> spans;
    private final DistillationSpec spec;
    private final float[] mean; // [dim]
    private final float[] deviation; // [dim]

    /// @param first frame in the file
    private record Span(long first, int frames) {}

    private TeacherFrames(
            MemorySegment values, Map<String, Span> spans, DistillationSpec spec, float[] mean, float[] deviation) {
        this.values = values;
        this.spans = spans;
        this.spec = spec;
        this.mean = mean;
        this.deviation = deviation;
    }

    /// Opens the frames of these clips, computed first if they are not there.
    ///
    /// @throws io.undertone.audio.InvalidInputException if the teacher cannot be used
    public static TeacherFrames open(
            DistillationSpec spec, List<String> paths, AudioCache audio, Path cacheFolder, Progress progress) {
        try {
            Path folder = cacheFolder.resolve("teacher-" + TeacherKey.of(spec, paths, audio));
            if (!Files.exists(folder.resolve("index"))) {
                Files.createDirectories(folder);
                try (TeacherModel model = TeacherModel.open(Path.of(spec.teacher()), spec.outputs())) {
                    write(model, spec, paths, audio, folder, progress);
                }
            }
            return read(spec, folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the cache of the teacher's frames under " + cacheFolder, e);
        }
    }

    /// Length of a frame.
    public int dim() {
        return mean.length;
    }

    /// The mean of the three frames around a sample of a clip, each value standardised over all clips.
    ///
    /// @param into value d is put at `offset + d * stride`
    public void at(String path, double sample, float[] into, int offset, int stride) {
        Span span = spans.get(path);
        if (span == null) {
            throw new IllegalArgumentException("the teacher did not hear this clip: " + path);
        }
        int middle = (int) Math.round((sample - spec.firstFrameCentre()) / spec.frameSamples());
        int from = Math.clamp(middle - 1L, 0, Math.max(0, span.frames - 3));
        int count = Math.min(3, span.frames);
        int dim = dim();
        for (int d = 0; d < dim; d++) {
            float sum = 0;
            for (int f = from; f < from + count; f++) {
                long index = (span.first + f) * dim + d;
                sum += Float.float16ToFloat(values.get(VALUE, 2 * index));
            }
            float standard = (sum / count - mean[d]) / deviation[d];
            into[offset + d * stride] = Math.clamp(standard, -FURTHEST, FURTHEST);
        }
    }

    private static void write(
            TeacherModel model,
            DistillationSpec spec,
            List<String> paths,
            AudioCache audio,
            Path folder,
            Progress progress)
            throws IOException {
        Path part = folder.resolve("frames.part");
        Moments moments = new Moments();
        int[] frames = new int[paths.size()];
        try (ExecutorService pool =
                        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
                var out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 20);
                var step = progress.start("teacher", paths.size())) {
            ArrayDeque<Future<float[][]>> running = new ArrayDeque<>();
            int next = 0;
            for (int done = 0; done < frames.length; done++) {
                while (next < frames.length && running.size() < IN_FLIGHT) {
                    String path = paths.get(next++);
                    running.add(pool.submit(() -> model.frames(loudened(audio, path, spec.loudness()))));
                }
                float[][] clip = result(running.remove());
                frames[done] = clip.length;
                for (float[] frame : clip) {
                    moments.add(frame);
                    out.write(halves(frame));
                }
                step.at().accept(done + 1);
            }
        }
        Files.move(part, folder.resolve("frames.f16"), StandardCopyOption.ATOMIC_MOVE);
        writeIndex(folder, paths, frames, moments);
    }

    private static float[] loudened(AudioCache audio, String path, double loudness) {
        float[] samples = audio.read(path, 0, Math.max(AudioCache.SAMPLE_RATE_HZ / 4, audio.length(path)));
        double power = 0;
        for (int i = 0; i < audio.length(path); i++) {
            power += (double) samples[i] * samples[i];
        }
        float gain = (float) (loudness / (Math.sqrt(power / Math.max(1, audio.length(path))) + 1e-6));
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= gain;
        }
        return samples;
    }

    private static byte[] halves(float[] frame) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * frame.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : frame) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return bytes.array();
    }

    private static float[][] result(Future<float[][]> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the teacher was heard", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("the teacher failed", e.getCause());
        }
    }

    private static void writeIndex(Path folder, List<String> paths, int[] frames, Moments moments) throws IOException {
        Path part = folder.resolve("index.part");
        try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
            out.writeInt(moments.dim());
            for (int d = 0; d < moments.dim(); d++) {
                out.writeFloat(moments.mean(d));
                out.writeFloat(moments.deviation(d));
            }
            out.writeInt(paths.size());
            for (int i = 0; i < frames.length; i++) {
                out.writeUTF(paths.get(i));
                out.writeInt(frames[i]);
            }
        }
        Files.move(part, folder.resolve("index"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static TeacherFrames read(DistillationSpec spec, Path folder) throws IOException {
        Path file = folder.resolve("frames.f16");
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(folder.resolve("index"))));
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            float[] mean = new float[in.readInt()];
            float[] deviation = new float[mean.length];
            for (int d = 0; d < mean.length; d++) {
                mean[d] = in.readFloat();
                deviation[d] = in.readFloat();
            }
            Map<String, Span> spans = new HashMap<>();
            int count = in.readInt();
            long first = 0;
            for (int i = 0; i < count; i++) {
                String path = in.readUTF();
                Span span = new Span(first, in.readInt());
                spans.put(path, span);
                first += span.frames;
            }
            var segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return new TeacherFrames(segment, spans, spec, mean, deviation);
        }
    }
}
