package io.undertone.trainer.corpus;

import org.jspecify.annotations.Nullable;

/// A labelled recording: one row of `labels.csv`. An emotion is there, or at least one rated dimension; see
/// [Corpus#place].
///
/// @param path relative to the corpus root
/// @param emotion category in its canonical name (`happiness`, not `happy`); empty when the corpus has none
/// @param intensity `normal`, `strong` or empty
/// @param gender `f`, `m`, or as the labels say it; empty when they do not
/// @param language as the labels say it (`en`); empty when they do not
/// @param rated valence and arousal as rated by people, as far as the corpus has them
/// @param caption the speaking style in words, where the corpus has it
public record Clip(
        String path,
        String corpus,
        String speaker,
        String gender,
        String emotion,
        String intensity,
        Place rated,
        @Nullable String caption,
        String language) {

    /// A clip of which no language is stated.
    public Clip(
            String path,
            String corpus,
            String speaker,
            String gender,
            String emotion,
            String intensity,
            Place rated,
            @Nullable String caption) {
        this(path, corpus, speaker, gender, emotion, intensity, rated, caption, "");
    }
}
