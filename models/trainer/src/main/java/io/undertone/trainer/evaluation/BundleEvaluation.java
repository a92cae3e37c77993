package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Measures a bundle on a corpus through the tagger's own inference. The manifest's `training` block says which
/// corpora and speakers the bundle learned from: of those corpora only the speakers that were kept for testing
/// count.
public final class BundleEvaluation {

    /// Keys of the manifest's `training` block.
    public static final String CORPORA = "corpora";

    public static final String TEST_SPEAKERS = "testSpeakers";

    private static final long SEED = 1;

    private BundleEvaluation() {}

    /// @param allSpeakers also those that were trained on; the figures then say little
    /// @return a section for unseen speakers and one for unseen corpora, those that have clips
    public static List<EvaluationReport> evaluate(
            Path bundlePath, Corpus corpus, boolean allSpeakers, Progress progress) {
        try (ModelBundle bundle = ModelBundle.open(bundlePath);
                AudioEncoder encoder =
                        bundle.openAudioEncoder(new InferenceDevice.Cpu(), InferenceOptions.defaults())) {
            Map<String, Object> training = bundle.manifest().training();
            Set<String> learned = strings(training.get(CORPORA));
            Set<String> test = strings(training.get(TEST_SPEAKERS));
            Predicate<Clip> isLearned = clip -> learned.contains(clip.corpus());
            List<Clip> speakers = corpus.clips().stream()
                    .filter(isLearned)
                    .filter(clip -> allSpeakers || test.contains(clip.speaker()))
                    .toList();
            List<Clip> unseen =
                    corpus.clips().stream().filter(isLearned.negate()).toList();
            String name = bundle.manifest().name() + " " + bundle.manifest().version();
            BundleEncoder windows = new BundleEncoder(encoder, bundle.windowSpec());
            Evaluation evaluation = new Evaluation(bundle.textEncoder()::encode, SEED);
            List<EvaluationReport> reports = new ArrayList<>();
            if (!speakers.isEmpty()) {
                String kind = allSpeakers ? "all speakers of the training corpora" : "unseen speakers";
                var encoded = windows.encode(corpus.with(speakers), progress);
                reports.add(new EvaluationReport(name, kind, evaluation.groups(encoded)));
            }
            if (!unseen.isEmpty()) {
                var encoded = windows.encode(corpus.with(unseen), progress);
                reports.add(new EvaluationReport(name, "unseen corpora", evaluation.groups(encoded)));
            }
            return reports;
        }
    }

    private static Set<String> strings(@org.jspecify.annotations.Nullable Object list) {
        Set<String> values = new TreeSet<>();
        if (list instanceof List<?> entries) {
            entries.forEach(entry -> values.add(String.valueOf(entry)));
        }
        return values;
    }
}
