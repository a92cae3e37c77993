package io.undertone.trainer.speech;

import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.Augmentation;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.window.SpeechGate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/// Makes windows with known speech: voices of clean recordings, whose energy says where they speak, among noises,
/// hold music and the sounds of the line, and over the telephone.
///
/// Immutable but for a memory of what was measured; any thread.
final class SpeechScenes {

    private static final int RATE_HZ = AudioCache.SAMPLE_RATE_HZ;
    private static final SpeechGate GATE = SpeechGate.defaults();

    private final AudioCache audio;
    private final List<Clip> voices;
    private final Sampler sampler;
    private final List<String> noises;
    private final HoldMusic music;
    private final int windowSamples;
    private final Map<String, boolean[]> spoken = new ConcurrentHashMap<>(); // by path, of 20 ms

    /// @param voices clean recordings
    /// @param corpusWeights share of each corpus' voices; 1 where not named
    /// @param noises paths of sounds that are no speech
    SpeechScenes(
            AudioCache audio,
            List<Clip> voices,
            Map<String, Double> corpusWeights,
            List<String> noises,
            HoldMusic music,
            int windowSamples) {
        this.audio = audio;
        this.voices = List.copyOf(voices);
        this.sampler = new Sampler(voices, corpusWeights);
        this.noises = List.copyOf(noises);
        this.music = music;
        this.windowSamples = windowSamples;
    }

    /// A window as it may come, to learn from: with speech or not, in quiet or noise, over the telephone or not.
    Scene any(SplittableRandom random) {
        Scene scene = random.nextDouble() < 0.5 ? speech(random) : Scene.silent(windowSamples);
        boolean spoken = scene.speechLevel() > 0;
        if (!spoken) {
            float[] samples = background(random);
            Levels.scaled(samples, Levels.ofDecibels(random.nextDouble(-50, -10)));
            scene = new Scene(samples, scene.speech());
        } else if (random.nextDouble() < 0.75) {
            scene = scene.over(background(random), random.nextDouble(-3, 30));
        }
        if (spoken && random.nextDouble() < 0.15) {
            scene = scene.over(babble(random), random.nextDouble(12, 25));
        }
        return overTheLine(scene, random);
    }

    private Scene overTheLine(Scene scene, SplittableRandom random) {
        float[] samples = scene.samples().clone();
        boolean[] speech = scene.speech().clone();
        if (random.nextDouble() < 0.5) {
            Augmentation.tilt(samples, random.nextDouble(-0.6, 0.6));
        }
        float gain = Levels.ofDecibels(random.nextDouble(-15, 15));
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.clamp(samples[i] * gain, -1f, 1f);
        }
        if (random.nextDouble() < 0.7) {
            Augmentation.telephone(samples, random.nextBoolean());
        }
        if (random.nextDouble() < 0.15) {
            // what was lost, or the padding behind the end of a stream
            int from = random.nextInt(speech.length);
            int to = random.nextBoolean() ? speech.length : from + random.nextInt(speech.length - from);
            Arrays.fill(speech, from, to, false);
            Arrays.fill(samples, from * Scene.FRAME_SAMPLES, to * Scene.FRAME_SAMPLES, 0);
        }
        return new Scene(samples, speech);
    }

    /// One voice after another from a random place on, with pauses; without any background.
    private Scene speech(SplittableRandom random) {
        Scene scene = Scene.silent(windowSamples);
        int frames = scene.speech().length;
        int at = random.nextInt(-frames / 2, frames * 3 / 4);
        double level = random.nextDouble(-35, -12);
        do {
            at += place(scene, voice(random), at, level, random);
            at += random.nextInt(frames / 2);
        } while (at < frames && random.nextDouble() < 0.7);
        return scene;
    }

    /// Puts a piece of a clip into a window, at a level of its speech in decibels.
    ///
    /// @param at frame of the window at which it begins; may lie before the window
    /// @return frames that it takes
    private int place(Scene scene, String path, int at, double decibels, SplittableRandom random) {
        boolean[] clip = spoken(path);
        int from = at < 0 ? 0 : random.nextInt(Math.max(1, clip.length / 2));
        int frames = clip.length - from;
        float[] samples = audio.read(path, from * Scene.FRAME_SAMPLES, frames * Scene.FRAME_SAMPLES);
        boolean[] speech = Arrays.copyOfRange(clip, from, clip.length);
        double own = new Scene(samples, speech).speechLevel();
        float gain = own == 0 ? 0 : (float) (Levels.ofDecibels(decibels) / own);
        for (int f = Math.max(0, -at); f < frames && at + f < scene.speech().length; f++) {
            scene.speech()[at + f] |= speech[f] && gain > 0;
            for (int i = 0; i < Scene.FRAME_SAMPLES; i++) {
                scene.samples()[(at + f) * Scene.FRAME_SAMPLES + i] += gain * samples[f * Scene.FRAME_SAMPLES + i];
            }
        }
        return frames;
    }

    /// The window of a clip that speaks most, without background, at -23 dB.
    Scene of(String path) {
        boolean[] clip = spoken(path);
        int frames = windowSamples / Scene.FRAME_SAMPLES;
        int best = 0;
        int most = -1;
        for (int from = 0; from <= Math.max(0, clip.length - frames); from += 5) {
            int count = 0;
            for (int f = from; f < Math.min(clip.length, from + frames); f++) {
                count += clip[f] ? 1 : 0;
            }
            if (count > most) {
                most = count;
                best = from;
            }
        }
        float[] samples = audio.read(path, best * Scene.FRAME_SAMPLES, windowSamples);
        Scene scene = new Scene(samples, Arrays.copyOfRange(clip, best, best + frames));
        if (scene.speechLevel() > 0) {
            Levels.multiply(samples, (float) (Levels.ofDecibels(-23) / scene.speechLevel()));
        }
        return scene;
    }

    private String voice(SplittableRandom random) {
        return voices.get(sampler.draw(random)).path();
    }

    private boolean[] spoken(String path) {
        return spoken.computeIfAbsent(path, _ -> GATE.speechFrames(audio.read(path, 0, audio.length(path)), RATE_HZ));
    }

    /// A sound that is no speech, at some level; it may begin or end in the window.
    private float[] background(SplittableRandom random) {
        double kind = random.nextDouble();
        float[] samples;
        if (kind < 0.5 && !noises.isEmpty()) {
            samples = stretched(noise(noises.get(random.nextInt(noises.size())), random), random);
        } else if (kind < 0.8) {
            samples = music.play(windowSamples, random);
        } else if (kind < 0.88) {
            samples = LineSounds.tones(windowSamples, random);
        } else {
            samples = LineSounds.noise(windowSamples, random);
        }
        if (random.nextDouble() < 0.2) {
            int edge = random.nextInt(samples.length);
            boolean ends = random.nextBoolean();
            Arrays.fill(samples, ends ? edge : 0, ends ? samples.length : edge, 0);
        }
        if (random.nextDouble() < 0.3) {
            float[] second = LineSounds.noise(windowSamples, random);
            float gain = Levels.ofDecibels(random.nextDouble(-40, -5));
            for (int i = 0; i < samples.length; i++) {
                samples[i] += gain * second[i];
            }
        }
        return samples;
    }

    /// A window of a noise file from a random place, repeated where the file is shorter.
    float[] noise(String path, SplittableRandom random) {
        int length = audio.length(path);
        float[] file = audio.read(path, 0, length);
        int from = random.nextInt(length);
        float[] samples = new float[windowSamples];
        for (int i = 0; i < windowSamples; i++) {
            samples[i] = file[(from + i) % length];
        }
        return samples;
    }

    /// Faster or slower by up to a quarter: a few recordings stand for many.
    private static float[] stretched(float[] samples, SplittableRandom random) {
        double rate = random.nextDouble(0.8, 1.25);
        float[] out = new float[samples.length];
        for (int i = 0; i < out.length; i++) {
            double at = i * rate;
            int left = (int) at;
            float part = (float) (at - left);
            out[i] = samples[left % samples.length] * (1 - part) + samples[(left + 1) % samples.length] * part;
        }
        return out;
    }

    /// Three to six voices at once behind the caller: they are not the caller, and count as noise.
    private float[] babble(SplittableRandom random) {
        float[] sum = new float[windowSamples];
        int count = 3 + random.nextInt(4);
        for (int v = 0; v < count; v++) {
            float[] voice = Levels.scaled(noise(voice(random), random), Levels.ofDecibels(-23));
            for (int i = 0; i < sum.length; i++) {
                sum[i] += voice[i];
            }
        }
        return sum;
    }
}
