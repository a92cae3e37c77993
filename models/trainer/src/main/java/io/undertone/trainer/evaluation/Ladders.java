package io.undertone.trainer.evaluation;

import java.util.List;

/// The descriptions of rising valence and of rising arousal for the retrieval measure. Several phrasings of
/// each step; the measure is the mean over phrasings.
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
}
