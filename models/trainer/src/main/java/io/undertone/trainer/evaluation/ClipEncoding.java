package io.undertone.trainer.evaluation;

import io.undertone.model.Embedding;
import io.undertone.tag.Tag;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Place;
import java.util.List;

/// A clip and what the bundle says of it: the mean over its windows, and the tagger's tag of each.
///
/// @param valence predicted
/// @param arousal predicted
/// @param tags one a window, those on which the tagger abstains too
record ClipEncoding(Clip clip, Embedding embedding, double valence, double arousal, List<Tag> tags) {

    ClipEncoding {
        tags = List.copyOf(tags);
    }

    /// Where the clip stands by its labels, as far as they say.
    Place place() {
        return Corpus.place(clip);
    }

    /// Those of which a category is said: the others cannot be found by one.
    static List<ClipEncoding> named(List<ClipEncoding> clips) {
        return clips.stream().filter(clip -> !clip.clip().emotion().isEmpty()).toList();
    }

    /// Whether the tagger has nothing to say of any window.
    boolean abstained() {
        return !tags.isEmpty() && tags.stream().allMatch(Tag.Abstained.class::isInstance);
    }
}
