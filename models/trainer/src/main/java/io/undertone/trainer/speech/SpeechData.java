package io.undertone.trainer.speech;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.HeardSpeakers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Voices and noises by what they are for. Speakers stand on the side on which the bundle has them, so that its
/// detector is never measured on a voice that either of them learned from.
///
/// @param corpus all of it, with its audio
record SpeechData(Corpus corpus, List<Clip> train, List<Clip> calibration, List<Clip> test, NoiseSides noises) {

    SpeechData {
        train = List.copyOf(train);
        calibration = List.copyOf(calibration);
        test = List.copyOf(test);
    }

    /// @throws InvalidInputException if the bundle does not say whom it kept for calibration and tests
    static SpeechData open(BundleManifest manifest, SpeechSpec spec, Path root, Path cache, Progress progress) {
        var kept = new TreeSet<String>();
        List<String> calibration = strings(manifest, HeardSpeakers.CALIBRATION_SPEAKERS);
        List<String> test = strings(manifest, HeardSpeakers.TEST_SPEAKERS);
        kept.addAll(calibration);
        kept.addAll(test);
        Corpus corpus =
                Corpus.open(root, spec.corpora(), spec.noise(), Integer.MAX_VALUE, spec.seed(), cache, progress);
        NoiseSides noises = NoiseSides.of(corpus.noises(), spec.seed());
        return new SpeechData(
                corpus,
                of(corpus, speaker -> !kept.contains(speaker)),
                of(corpus, calibration::contains),
                of(corpus, test::contains),
                noises);
    }

    /// Of some clips, those of voices that speak, or those that laugh and sigh.
    static List<Clip> verbal(List<Clip> clips, SpeechSpec spec, boolean verbal) {
        return clips.stream()
                .filter(clip -> spec.nonVerbal().contains(clip.corpus()) != verbal)
                .toList();
    }

    private static List<Clip> of(Corpus corpus, Predicate<String> speakers) {
        return corpus.clips().stream()
                .filter(clip -> speakers.test(clip.speaker()))
                .toList();
    }

    private static List<String> strings(BundleManifest manifest, String key) {
        List<String> values = new ArrayList<>();
        if (manifest.training().get(key) instanceof List<?> entries) {
            entries.forEach(entry -> values.add(String.valueOf(entry)));
        }
        if (values.isEmpty()) {
            throw new InvalidInputException("the manifest of " + manifest.name() + " " + manifest.version()
                    + " must name speakers under training." + key);
        }
        return values;
    }
}
