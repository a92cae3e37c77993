package io.undertone.trainer.speech;

import io.undertone.trainer.StrictYaml;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Everything that decides what a speech detector learns, read from one YAML file in which every key must be.
///
/// @param seed of the sides of the noises, the start values and the scenes
/// @param corpora of speech, by the name of their folder or tar file; speakers that the bundle keeps for calibration
///     and tests are not learned from
/// @param corpusWeights share of each corpus in the scenes, relative to others; 1 where not named
/// @param nonVerbal of the corpora, those of laughs and sighs: learned as sounds of the caller, but the threshold is
///     not chosen by them
/// @param noise folder or tar file of sounds that are no speech
/// @param steps of the optimiser
/// @param batch windows of a step
/// @param learningRate the highest
/// @param warmUp share of the steps over which the learning rate rises; then it falls as a cosine
/// @param keep share of the calibration windows with speech, in quiet and in noise, that must pass: the threshold is
///     the highest that keeps them
record SpeechSpec(
        long seed,
        List<String> corpora,
        Map<String, Double> corpusWeights,
        List<String> nonVerbal,
        String noise,
        int steps,
        int batch,
        double learningRate,
        double weightDecay,
        double warmUp,
        double keep) {

    SpeechSpec {
        corpora = List.copyOf(corpora);
        corpusWeights = Map.copyOf(corpusWeights);
        nonVerbal = List.copyOf(nonVerbal);
        require(!corpora.isEmpty(), "corpora", "name at least one corpus", corpora);
        require(!noise.isBlank(), "noise", "name a folder or tar file", noise);
        require(steps > 0, "steps", "be positive", steps);
        require(batch > 1, "batch", "be at least 2", batch);
        require(learningRate > 0, "learning-rate", "be positive", learningRate);
        require(weightDecay >= 0, "weight-decay", "not be negative", weightDecay);
        require(warmUp >= 0 && warmUp < 1, "warm-up", "be in [0, 1)", warmUp);
        require(keep > 0 && keep <= 1, "keep", "be in (0, 1]", keep);
    }

    /// @throws io.undertone.audio.InvalidInputException naming file, key and value
    static SpeechSpec read(Path file) {
        return StrictYaml.EVERY_KEY.read(file, "configuration", SpeechSpec.class);
    }

    private static void require(boolean met, String key, String rule, Object value) {
        if (!met) {
            throw new IllegalArgumentException(key + " must " + rule + ": " + value);
        }
    }
}
