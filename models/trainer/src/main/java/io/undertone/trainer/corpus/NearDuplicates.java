package io.undertone.trainer.corpus;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Finds recordings that are there twice although their samples differ, because they were encoded or scaled
/// apart: pairs of nearly equal length and nearly equal envelope whose waveforms are the same.
///
/// On the corpora of the shipped bundle (11,353 clips) waveforms of pairs with an envelope correlation of 0.995
/// correlate by 0.62 and more where one recording was encoded twice, and by less than 0.5 elsewhere.
final class NearDuplicates {

    private static final int DECIMATION = 8; // to 2 kHz: what every encoder keeps
    private static final int PARTS = 32; // of the envelope
    private static final double FLOOR = 1e-4; // of the loudest part's energy: noise of an encoder lies below
    private static final double LEAST_ENVELOPE = 0.995;
    private static final double LEAST_WAVEFORM = 0.6;
    private static final int MOST_SHIFT = 20; // samples at 2 kHz: 10 ms
    private static final int MOST_LONGER = 1_600; // samples at 16 kHz: 100 ms

    /// Paths of two clips with one recording.
    record Pair(String first, String second) {}

    /// What of a clip is compared.
    ///
    /// @param envelope `[2 * PARTS]`, unit length
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Clip(String path, int samples, float[] envelope) {}

    private final Function<String, float[]> audio;

    /// @param audio samples of a clip at 16 kHz; called on several threads
    NearDuplicates(Function<String, float[]> audio) {
        this.audio = audio;
    }

    /// Pairs in the order of the paths' lengths.
    List<Pair> find(List<String> paths) {
        List<Clip> clips = new ArrayList<>(paths.parallelStream()
                .map(path -> clip(path, audio.apply(path)))
                .filter(clip -> clip.samples >= DECIMATION * PARTS)
                .toList());
        clips.sort(Comparator.comparingInt(Clip::samples));
        return IntStream.range(0, clips.size())
                .parallel()
                .mapToObj(i -> duplicatesOf(i, clips))
                .flatMap(List::stream)
                .toList();
    }

    private List<Pair> duplicatesOf(int i, List<Clip> clips) {
        Clip clip = clips.get(i);
        float[] waveform = {};
        List<Pair> pairs = new ArrayList<>();
        for (int j = i + 1; j < clips.size() && clips.get(j).samples <= clip.samples + MOST_LONGER; j++) {
            Clip other = clips.get(j);
            if (dot(clip.envelope, other.envelope, 0) >= LEAST_ENVELOPE) {
                waveform = waveform.length == 0 ? decimated(audio.apply(clip.path)) : waveform;
                if (similarity(waveform, decimated(audio.apply(other.path))) >= LEAST_WAVEFORM) {
                    pairs.add(new Pair(clip.path, other.path));
                }
            }
        }
        return pairs;
    }

    private static Clip clip(String path, float[] samples) {
        float[] wave = decimated(samples);
        float[] rises = new float[wave.length];
        for (int i = 1; i < wave.length; i++) {
            rises[i] = wave[i] - wave[i - 1];
        }
        float[] envelope = new float[2 * PARTS];
        logEnergies(wave, envelope, 0);
        logEnergies(rises, envelope, PARTS);
        return new Clip(path, samples.length, normalized(envelope));
    }

    /// Means of eight samples each, without an offset, of unit length.
    private static float[] decimated(float[] samples) {
        float[] wave = new float[samples.length / DECIMATION];
        double total = 0;
        for (int i = 0; i < wave.length; i++) {
            for (int k = 0; k < DECIMATION; k++) {
                wave[i] += samples[i * DECIMATION + k];
            }
            total += wave[i];
        }
        for (int i = 0; i < wave.length; i++) {
            wave[i] -= (float) (total / wave.length);
        }
        return normalized(wave);
    }

    /// Logarithms of the energies of equal parts, without their mean, so that gain does not count.
    private static void logEnergies(float[] wave, float[] into, int from) {
        double[] energies = new double[PARTS];
        for (int i = 0; i < wave.length; i++) {
            energies[(int) ((long) i * PARTS / wave.length)] += (double) wave[i] * wave[i];
        }
        double loudest = Arrays.stream(energies).max().orElse(0);
        double[] logs = Arrays.stream(energies)
                .map(energy -> Math.log(Math.max(energy, loudest * FLOOR) + 1e-12))
                .toArray();
        double mean = Arrays.stream(logs).average().orElse(0);
        for (int part = 0; part < PARTS; part++) {
            into[from + part] = (float) (logs[part] - mean);
        }
    }

    private static float[] normalized(float[] values) {
        double length = Math.sqrt(dot(values, values, 0));
        for (int i = 0; i < values.length; i++) {
            values[i] /= (float) (length + 1e-9);
        }
        return values;
    }

    /// The largest correlation over all shifts.
    private static double similarity(float[] x, float[] y) {
        return IntStream.rangeClosed(-MOST_SHIFT, MOST_SHIFT)
                .mapToDouble(shift -> shift < 0 ? dot(y, x, -shift) : dot(x, y, shift))
                .max()
                .orElse(0);
    }

    /// `sum x[i] y[i + shift]`, as far as both reach.
    private static double dot(float[] x, float[] y, int shift) {
        double sum = 0;
        int count = Math.min(x.length, y.length - shift);
        for (int i = 0; i < count; i++) {
            sum += (double) x[i] * y[i + shift];
        }
        return sum;
    }

    /// A name of the recording of each clip that is in a pair: the path of one clip of it.
    static Map<String, String> recordings(List<Pair> pairs) {
        Map<String, String> parents = new HashMap<>();
        for (Pair pair : pairs) {
            String first = root(parents, pair.first);
            String second = root(parents, pair.second);
            if (!first.equals(second)) {
                parents.put(second, first);
            }
        }
        Map<String, String> recordings = new HashMap<>();
        parents.keySet().forEach(path -> recordings.put(path, root(parents, path)));
        return recordings;
    }

    private static String root(Map<String, String> parents, String path) {
        String at = path;
        for (String up = parents.get(at); up != null; up = parents.get(at)) {
            at = up;
        }
        return at;
    }
}
