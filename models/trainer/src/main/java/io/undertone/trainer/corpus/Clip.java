package io.undertone.trainer.corpus;

import org.jspecify.annotations.Nullable;

/// A labelled recording: one row of `labels.csv`. At least one of emotion, affect or caption is there.
///
/// @param path relative to the corpus root
/// @param emotion category in its canonical name (`happiness`, not `happy`); empty when the corpus has none
/// @param intensity `normal`, `strong` or empty
/// @param rated valence and arousal as rated by people, where the corpus has them
/// @param caption the speaking style in words, where the corpus has it
public record Clip(
        String path,
        String corpus,
        String speaker,
        String gender,
        String emotion,
        String intensity,
        @Nullable Affect rated,
        @Nullable String caption) {}
