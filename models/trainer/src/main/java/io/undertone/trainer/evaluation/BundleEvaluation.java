package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.BundleManifest;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.rank.PromptBank;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Measures a bundle on a corpus through the tagger's own inference, on the speakers that it has not heard.
public final class BundleEvaluation {

    private static final long SEED = 1;

    private BundleEvaluation() {}

    /// The clips as they are.
    ///
    /// @param allSpeakers also those that were trained on; the figures then say little
    /// @return a section for unseen speakers and one for unseen corpora, those that have clips
    /// @throws io.undertone.audio.InvalidInputException if the bundle has heard everybody
    public static List<EvaluationReport> evaluate(
            Path bundlePath, Corpus corpus, boolean allSpeakers, Progress progress) {
        return evaluate(bundlePath, corpus, allSpeakers, false, progress);
    }

    /// @param robustness whether a sample of the clips is measured under worse conditions too
    public static List<EvaluationReport> evaluate(
            Path bundlePath, Corpus corpus, boolean allSpeakers, boolean robustness, Progress progress) {
        try (ModelBundle bundle = ModelBundle.open(bundlePath)) {
            HeardSpeakers heard = HeardSpeakers.of(bundle.manifest());
            List<Clip> clips = allSpeakers ? corpus.clips() : heard.measurable(corpus.clips());
            Predicate<Clip> isLearned = clip -> heard.knows(clip.corpus());
            List<Clip> speakers = clips.stream().filter(isLearned).toList();
            List<Clip> unseen = clips.stream().filter(isLearned.negate()).toList();
            String kind = allSpeakers ? "all speakers of the training corpora" : "unseen speakers";
            List<EvaluationReport> reports = new ArrayList<>();
            if (!speakers.isEmpty()) {
                reports.add(report(bundle, corpus.with(speakers), kind, robustness, progress));
            }
            if (!unseen.isEmpty()) {
                reports.add(report(bundle, corpus.with(unseen), "unseen corpora", robustness, progress));
            }
            return reports;
        }
    }

    private static EvaluationReport report(
            ModelBundle bundle, Corpus corpus, String kind, boolean robustness, Progress progress) {
        BundleManifest manifest = bundle.manifest();
        Tagger tagger = new Tagger(
                bundle.windowSpec(), bundle.calibration(), manifest.probabilityTemperature(), TaggingRules.defaults());
        List<ClipEncoding> clips;
        try (AudioEncoder encoder =
                bundle.openAudioEncoder(bundle.windowSpec().windowSamples(), InferenceOptions.defaults())) {
            clips = new BundleEncoder(encoder, bundle.windowSpec(), tagger, PromptBank.ofDefaults(bundle))
                    .encode(
                            corpus.clips(),
                            clip -> corpus.audio()
                                    .read(clip.path(), 0, corpus.audio().length(clip.path())),
                            Line.CLEAN,
                            "encoding",
                            progress);
        }
        return new EvaluationReport(
                name(bundle),
                kind,
                new Evaluation(
                                bundle.textEncoder()::encode,
                                manifest.temperature(),
                                manifest.probabilityTemperature(),
                                SEED)
                        .groups(clips, progress),
                robustness ? new Robustness(bundle, corpus.audio(), SEED, progress).measure(clips) : List.of());
    }

    private static String name(ModelBundle bundle) {
        return bundle.manifest().name() + " " + bundle.manifest().version();
    }
}
