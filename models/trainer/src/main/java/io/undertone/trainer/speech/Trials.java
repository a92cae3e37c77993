package io.undertone.trainer.speech;

import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.Augmentation;
import io.undertone.trainer.corpus.Clip;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Windows of known truth under named conditions, half of them over the telephone. What is random depends on the seed
/// alone. Owned by one thread.
final class Trials {

    private static final int[] NOISE_DECIBELS = {20, 10, 5, 0};
    private static final int[] MUSIC_DECIBELS = {10, 5, 0};
    private static final int SYNTHETIC = 200;

    private final AudioCache audio;
    private final int windowSamples;
    private final SplittableRandom random;
    private final List<Trial> trials = new ArrayList<>();

    Trials(AudioCache audio, int windowSamples, long seed) {
        this.audio = audio;
        this.windowSamples = windowSamples;
        this.random = new SplittableRandom(seed);
    }

    List<Trial> all() {
        return List.copyOf(trials);
    }

    /// Voices alone, and each of them over a noise and over music at several ratios.
    ///
    /// @param name put before the conditions
    /// @param most clips that are taken
    Trials voices(String name, List<Clip> clips, int most, List<String> noises, List<HoldMusic.Timbre> timbres) {
        SpeechScenes scenes = scenes(clips, noises, timbres);
        HoldMusic music = new HoldMusic(timbres);
        for (Clip clip : some(clips, most)) {
            Scene scene = scenes.of(clip.path());
            if (scene.speechRatio() < Trial.SPOKEN) {
                continue;
            }
            add(name + ", quiet", clip.speaker(), scene);
            for (int decibels : NOISE_DECIBELS) {
                String noise = noises.get(random.nextInt(noises.size()));
                add(
                        name + ", noise " + decibels + " dB",
                        clip.speaker(),
                        scene.over(scenes.noise(noise, random), decibels));
            }
            for (int decibels : MUSIC_DECIBELS) {
                add(
                        name + ", music " + decibels + " dB",
                        clip.speaker(),
                        scene.over(music.play(windowSamples, random), decibels));
            }
        }
        return this;
    }

    /// Voices alone.
    Trials quiet(String name, List<Clip> clips, int most) {
        SpeechScenes scenes = scenes(clips, List.of(), HoldMusic.LEARNED);
        for (Clip clip : some(clips, most)) {
            Scene scene = scenes.of(clip.path());
            if (scene.speechRatio() >= Trial.SPOKEN) {
                add(name, clip.speaker(), scene);
            }
        }
        return this;
    }

    /// Every noise file twice, by kind.
    Trials noises(List<String> noises) {
        SpeechScenes scenes = scenes(List.of(), noises, HoldMusic.LEARNED);
        for (String path : noises) {
            for (int i = 0; i < 2; i++) {
                Scene scene = new Scene(
                        scenes.noise(path, random), Scene.silent(windowSamples).speech());
                add(NoiseSides.kind(path), NoiseSides.recording(path), levelled(scene));
            }
        }
        return this;
    }

    Trials music(String name, List<HoldMusic.Timbre> timbres) {
        HoldMusic music = new HoldMusic(timbres);
        return synthetic(name, () -> music.play(windowSamples, random));
    }

    Trials line() {
        return synthetic("ringing, keys, beeps", () -> LineSounds.tones(windowSamples, random))
                .synthetic("hiss and hum", () -> LineSounds.noise(windowSamples, random));
    }

    private Trials synthetic(String name, Supplier<float[]> sound) {
        for (int i = 0; i < SYNTHETIC; i++) {
            add(
                    name,
                    name + i,
                    levelled(new Scene(sound.get(), Scene.silent(windowSamples).speech())));
        }
        return this;
    }

    private Scene levelled(Scene scene) {
        Levels.scaled(scene.samples(), Levels.ofDecibels(random.nextDouble(-40, -15)));
        return scene;
    }

    private void add(String condition, String source, Scene scene) {
        float[] samples = scene.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] = Math.clamp(samples[i], -1f, 1f);
        }
        if (random.nextBoolean()) {
            Augmentation.telephone(samples, random.nextBoolean());
        }
        trials.add(new Trial(condition, source, scene.speechRatio() > 0, samples));
    }

    private SpeechScenes scenes(List<Clip> clips, List<String> noises, List<HoldMusic.Timbre> timbres) {
        return new SpeechScenes(audio, clips, Map.of(), noises, new HoldMusic(timbres), windowSamples);
    }

    /// At most so many, spread over the speakers.
    private List<Clip> some(List<Clip> clips, int most) {
        Map<String, List<Clip>> bySpeaker = new LinkedHashMap<>();
        clips.forEach(clip -> bySpeaker
                .computeIfAbsent(clip.speaker(), _ -> new ArrayList<>())
                .add(clip));
        List<List<Clip>> left = new ArrayList<>(bySpeaker.values());
        List<Clip> some = new ArrayList<>();
        while (some.size() < most && !left.isEmpty()) {
            for (List<Clip> own : left) {
                if (some.size() < most) {
                    some.add(own.remove(random.nextInt(own.size())));
                }
            }
            left.removeIf(List::isEmpty);
        }
        return some;
    }
}
