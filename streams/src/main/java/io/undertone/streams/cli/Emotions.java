package io.undertone.streams.cli;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/// The categories that the trainer's table knows (`emotions.yaml`), with their synonyms: a test compares the two. A
/// name that it does not know is refused when somebody labels, not weeks later when somebody trains.
final class Emotions {

    /// In the order of the table, synonyms last.
    static final Set<String> NAMES = names("""
        neutral, calm, happiness, sadness, anger, fear, disgust, surprise, boredom, adoration, amusement,
        awe, confusion, contempt, contentment, desire, disappointment, distress, ecstasy, elation,
        embarrassment, guilt, interest, negative surprise, pain, positive surprise, pride, realization,
        relief, romantic love, serenity, shame, sympathy, triumph, happy, joy, angry, sad, fearful, afraid,
        disgusted, surprised, bored, pleasant_surprise, ps\
        """);

    static final Set<String> INTENSITIES = names("normal, strong");

    private Emotions() {}

    private static Set<String> names(String names) {
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(names.split(",\\s+"))));
    }
}
