package io.undertone.trainer.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Cuts a training window from a clip and changes it as a telephone line, a room and a noisy place would. A
/// pure function of the clip and the random generator.
public final class Augmentation {

    private static final float[] MULAW = mulawTable();
    private static final float[] LOW_PASS = lowPass(63, 3_500.0 / 16_000);

    private final AugmentationSpec spec;
    private final AudioCache audio;
    private final List<String> noises;
    private final List<String> voices;
    private final int windowSamples;

    /// @param noises paths of noise clips in the cache; may be empty
    /// @param voices paths of clips that babble is made of
    public Augmentation(
            AugmentationSpec spec, AudioCache audio, List<String> noises, List<String> voices, int windowSamples) {
        this.spec = spec;
        this.audio = audio;
        this.noises = List.copyOf(noises);
        this.voices = List.copyOf(voices);
        this.windowSamples = windowSamples;
    }

    /// A window and where it was cut.
    ///
    /// @param window `[windowSamples]`
    /// @param from sample of the clip at which it begins
    /// @param rate samples of the clip that one sample of the window stands for
    /// @param speech samples of the window before the padding
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    public record Cut(float[] window, int from, double rate, int speech) {}

    /// A window of `[windowSamples]` from a random place; clips that are shorter are padded with silence at the
    /// end.
    public float[] window(String path, SplittableRandom random) {
        return cut(path, random).window();
    }

    /// A window of `[windowSamples]` from a random place, as it is.
    public float[] plain(String path, SplittableRandom random) {
        int length = audio.length(path);
        int from = length > windowSamples ? random.nextInt(length - windowSamples + 1) : 0;
        return audio.read(path, from, windowSamples);
    }

    /// [#window], and where it was cut.
    public Cut cut(String path, SplittableRandom random) {
        double rate = chance(spec.speed(), random) ? 1 + uniform(-spec.speedRange(), spec.speedRange(), random) : 1;
        int length = audio.length(path);
        int needed = (int) Math.ceil(windowSamples * rate) + 2;
        int from = length > needed ? random.nextInt(length - needed + 1) : 0;
        int there = Math.min(length - from, needed);
        float[] window = stretch(audio.read(path, from, needed), rate);
        int speech = Math.min(windowSamples, (int) (there / rate));
        if (chance(spec.shorten(), random)) {
            speech = Math.min(speech, (int) (windowSamples * uniform(0.33, 1, random)));
        }
        Arrays.fill(window, speech, windowSamples, 0);
        if (chance(spec.tilt(), random)) {
            tilt(window, uniform(-0.6, 0.6, random));
        }
        if (chance(spec.noise(), random)) {
            addNoise(window, noise(random), speech, random);
        }
        scale(window, (float) Math.pow(10, uniform(-spec.gainDb(), spec.gainDb(), random) / 20));
        if (chance(spec.telephone(), random)) {
            telephone(window, random.nextBoolean());
        }
        return new Cut(window, from, rate, speech);
    }

    /// Bands and frames to hide: `[bands, frames]` of ones with rectangles of zeros.
    public float[] masks(int bands, int frames, SplittableRandom random) {
        float[] mask = new float[bands * frames];
        Arrays.fill(mask, 1);
        if (chance(spec.masks(), random)) {
            int width = 1 + random.nextInt(bands / 8);
            int first = random.nextInt(bands - width);
            Arrays.fill(mask, first * frames, (first + width) * frames, 0);
            int span = 1 + random.nextInt(frames / 8);
            int start = random.nextInt(frames - span);
            for (int band = 0; band < bands; band++) {
                Arrays.fill(mask, band * frames + start, band * frames + start + span, 0);
            }
        }
        return mask;
    }

    private static boolean chance(double probability, SplittableRandom random) {
        return random.nextDouble() < probability;
    }

    private static double uniform(double low, double high, SplittableRandom random) {
        return low + (high - low) * random.nextDouble();
    }

    private static void scale(float[] window, float gain) {
        for (int i = 0; i < window.length; i++) {
            window[i] = Math.clamp(window[i] * gain, -1f, 1f);
        }
    }

    private float[] stretch(float[] in, double rate) {
        if (rate == 1) {
            return Arrays.copyOf(in, windowSamples);
        }
        float[] out = new float[windowSamples];
        for (int i = 0; i < windowSamples; i++) {
            double at = i * rate;
            int left = (int) at;
            float part = (float) (at - left);
            out[i] = in[left] * (1 - part) + in[left + 1] * part;
        }
        return out;
    }

    /// One-zero filter: positive lifts low frequencies, negative high ones.
    public static void tilt(float[] window, double amount) {
        float previous = 0;
        for (int i = 0; i < window.length; i++) {
            float current = window[i];
            window[i] = (float) (current + amount * previous);
            previous = current;
        }
    }

    private float[] noise(SplittableRandom random) {
        double kind = random.nextDouble();
        if (kind < spec.noiseSynthetic() || (noises.isEmpty() && voices.isEmpty())) {
            return coloured(random);
        }
        boolean babble = kind < spec.noiseSynthetic() + spec.noiseBabble() || noises.isEmpty();
        return babble && !voices.isEmpty() ? babble(random) : piece(noises, random);
    }

    private float[] piece(List<String> paths, SplittableRandom random) {
        String path = paths.get(random.nextInt(paths.size()));
        int length = audio.length(path);
        int from = length > windowSamples ? random.nextInt(length - windowSamples) : 0;
        return audio.read(path, from, windowSamples);
    }

    /// Three to six voices at once, equally loud.
    private float[] babble(SplittableRandom random) {
        float[] sum = new float[windowSamples];
        int count = 3 + random.nextInt(4);
        for (int v = 0; v < count; v++) {
            float[] voice = piece(voices, random);
            float gain = (float) (1 / Math.sqrt(power(voice, voice.length) + 1e-9));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gain * voice[i];
            }
        }
        return sum;
    }

    /// White noise behind a one-pole low-pass filter.
    private float[] coloured(SplittableRandom random) {
        float[] noise = new float[windowSamples];
        float pole = (float) uniform(0, 0.95, random);
        float state = 0;
        for (int i = 0; i < noise.length; i++) {
            state = pole * state + (float) uniform(-1, 1, random);
            noise[i] = state;
        }
        return noise;
    }

    /// Noise lies under the speech only: what the tagger pads is digital silence.
    private void addNoise(float[] window, float[] noise, int speech, SplittableRandom random) {
        double speechPower = power(window, speech);
        double noisePower = power(noise, speech);
        if (noisePower < 1e-9 || speechPower < 1e-9) {
            return;
        }
        double ratioDb = uniform(spec.noiseLowDb(), spec.noiseHighDb(), random);
        float gain = (float) Math.sqrt(speechPower / noisePower / Math.pow(10, ratioDb / 10));
        for (int i = 0; i < speech; i++) {
            window[i] += gain * noise[i];
        }
    }

    private static double power(float[] samples, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += (double) samples[i] * samples[i];
        }
        return sum / Math.max(1, count);
    }

    /// Band-limits to 3.5 kHz, keeps every second sample, quantises as G.711 mu-law does, and goes back to 16 kHz.
    ///
    /// @param highPass also takes away what lies below some 200 Hz, as old lines do
    public static void telephone(float[] window, boolean highPass) {
        float[] narrow = filter(window, 1);
        float[] up = new float[window.length];
        float slow = 0;
        for (int i = 0; i < up.length; i += 2) {
            float sample = narrow[i];
            if (highPass) {
                slow += 0.14f * (sample - slow);
                sample -= slow;
            }
            up[i] = MULAW[Math.clamp(Math.round(sample * 32767), -32767, 32767) + 32767];
        }
        System.arraycopy(filter(up, 2), 0, window, 0, window.length);
    }

    /// Mu-law companding to 8 bits and back, by its continuous formula (ITU-T G.711, mu = 255).
    static float mulaw(float sample) {
        double magnitude = Math.log1p(255 * Math.min(1, Math.abs(sample))) / Math.log(256);
        double code = Math.round(magnitude * 127) / 127.0;
        return (float) (Math.signum(sample) * (Math.pow(256, code) - 1) / 255);
    }

    /// [#mulaw] of every 16-bit sample from -32767 on.
    private static float[] mulawTable() {
        float[] table = new float[2 * 32_767 + 1];
        for (int i = 0; i < table.length; i++) {
            table[i] = mulaw((i - 32_767) / 32_767f);
        }
        return table;
    }

    /// Tap by tap over the whole window: the compiler turns the inner loop into vector instructions.
    private static float[] filter(float[] in, float gain) {
        int half = LOW_PASS.length / 2;
        float[] out = new float[in.length];
        for (int k = 0; k < LOW_PASS.length; k++) {
            float tap = LOW_PASS[k] * gain;
            int shift = k - half;
            int to = Math.min(in.length, in.length - shift);
            for (int i = Math.max(0, -shift); i < to; i++) {
                out[i] += tap * in[i + shift];
            }
        }
        return out;
    }

    private static float[] lowPass(int taps, double cutoff) {
        float[] filter = new float[taps];
        double sum = 0;
        for (int i = 0; i < taps; i++) {
            double t = i - (taps - 1) / 2.0;
            double sinc = t == 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
            filter[i] = (float) (sinc * (0.54 - 0.46 * Math.cos(2 * Math.PI * i / (taps - 1))));
            sum += filter[i];
        }
        for (int i = 0; i < taps; i++) {
            filter[i] /= (float) sum;
        }
        return filter;
    }
}
