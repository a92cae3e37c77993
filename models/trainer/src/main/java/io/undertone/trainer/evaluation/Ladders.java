package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// The descriptions of rising valence and of rising arousal: ladders of five steps in three phrasings. Every
/// measure on them is the mean over phrasings, and uses the order of the prompts alone.
final class Ladders {

    /// `[phrasings][steps]`, from unpleasant to pleasant.
    static final List<List<String>> VALENCE = List.of(
            List.of(
                    "a person who sounds very unpleasant and negative",
                    "a person who sounds somewhat negative",
                    "a person who sounds neutral, neither negative nor positive",
                    "a person who sounds somewhat positive",
                    "a person who sounds very pleasant and positive"),
            List.of(
                    "a very unhappy customer",
                    "a slightly unhappy customer",
                    "a customer in an ordinary mood",
                    "a slightly happy customer",
                    "a very happy customer"),
            List.of(
                    "in a terrible mood",
                    "in a rather bad mood",
                    "in a neutral mood",
                    "in a rather good mood",
                    "in a wonderful mood"));

    /// `[phrasings][steps]`, from calm to excited.
    static final List<List<String>> AROUSAL = List.of(
            List.of(
                    "a person who sounds very quiet and sleepy",
                    "a person who sounds calm and slow",
                    "a person who speaks with ordinary energy",
                    "a person who sounds lively and energetic",
                    "a person who sounds extremely loud and agitated"),
            List.of(
                    "a voice with no energy at all",
                    "a relaxed quiet voice",
                    "an ordinary voice",
                    "an excited voice",
                    "a screaming voice full of energy"),
            List.of(
                    "drowsy and slow",
                    "calm and quiet",
                    "awake and attentive",
                    "tense and energetic",
                    "shouting and very intense"));

    private Ladders() {}

    /// Similarities `[phrasings][steps][clips]`.
    static List<double[][]> similarities(
            List<ClipEncoding> clips, List<List<String>> phrasings, Function<List<String>, List<Embedding>> encoder) {
        return phrasings.stream()
                .map(phrasing -> encoder.apply(phrasing).stream()
                        .map(step -> clips.stream()
                                .mapToDouble(clip -> step.cosine(clip.embedding()))
                                .toArray())
                        .toArray(double[][]::new))
                .toList();
    }

    /// Retrieval: each step takes the `top` most similar of the pool, Kendall's tau-b of step and label.
    static ToDoubleFunction<int[]> retrieval(List<double[][]> similarities, double[] labels, int top) {
        return some -> similarities.stream()
                .mapToDouble(steps -> Measures.ladder(
                        Arrays.stream(steps)
                                .map(row -> Bootstrap.pick(row, some))
                                .toArray(double[][]::new),
                        Bootstrap.pick(labels, some),
                        top))
                .average()
                .orElse(0);
    }

    /// Every clip of the pool: Kendall's tau-b of its soft step and its label.
    static ToDoubleFunction<int[]> soft(List<double[][]> similarities, double[] labels, double temperature) {
        List<double[]> places = similarities.stream()
                .map(steps -> softSteps(steps, labels.length, temperature))
                .toList();
        return some -> places.stream()
                .mapToDouble(place -> Measures.kendall(Bootstrap.pick(place, some), Bootstrap.pick(labels, some)))
                .average()
                .orElse(0);
    }

    private static double[] softSteps(double[][] steps, int clips, double temperature) {
        double[] places = new double[clips];
        for (int i = 0; i < clips; i++) {
            int clip = i;
            double[] own = Arrays.stream(steps).mapToDouble(row -> row[clip]).toArray();
            places[i] = Measures.softStep(own, temperature);
        }
        return places;
    }
}
