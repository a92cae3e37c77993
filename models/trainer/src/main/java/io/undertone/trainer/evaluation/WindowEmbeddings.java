package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.retraining.LabelledEmbedding;
import io.undertone.window.Window;
import java.util.List;
import java.util.function.Consumer;

/// What a bundle's encoder says of every window of labelled speech, cut as the tagger cuts it.
public final class WindowEmbeddings {

    private WindowEmbeddings() {}

    /// @param into takes the windows of one clip after another
    public static void of(ModelBundle bundle, Corpus corpus, Progress progress, Consumer<LabelledEmbedding> into) {
        String model = bundle.manifest().name() + " " + bundle.manifest().version();
        try (AudioEncoder encoder =
                        bundle.openAudioEncoder(bundle.windowSpec().windowSamples(), InferenceOptions.defaults());
                var step = progress.start("embedding", corpus.clips().size())) {
            long done = 0;
            for (Clip clip : corpus.clips()) {
                float[] samples =
                        corpus.audio().read(clip.path(), 0, corpus.audio().length(clip.path()));
                List<Window> windows = Line.CLEAN.windows(samples, bundle.windowSpec());
                for (Encoding said : encoder.encode(windows)) {
                    into.accept(
                            new LabelledEmbedding(clip, said.embedding(), said.valence(), said.arousal(), 1, model));
                }
                step.at().accept(++done);
            }
        }
    }
}
