package io.undertone.trainer;

import io.undertone.model.ModelBundle;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.HeardSpeakers;
import io.undertone.trainer.evaluation.WindowEmbeddings;
import io.undertone.trainer.retraining.EmbeddingSource;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Labelled speech through a bundle's encoder.
///
/// @param root folder with `labels.csv`
/// @param only corpora; empty for all
/// @param unheard whether speakers that the bundle has heard are left out
/// @param cache of decoded audio
record CorpusEmbeddings(Path bundle, Path root, List<String> only, boolean unheard, Path cache, Progress progress)
        implements EmbeddingSource {

    @Override
    public String name() {
        return "the corpus " + root;
    }

    @Override
    public List<LabelledEmbedding> read() {
        List<LabelledEmbedding> records = new ArrayList<>();
        each(records::add);
        return records;
    }

    void each(Consumer<LabelledEmbedding> into) {
        Corpus clips = Corpus.open(root, only, "", Integer.MAX_VALUE, 0, cache, progress);
        try (ModelBundle opened = ModelBundle.open(bundle)) {
            Corpus wanted =
                    unheard ? clips.with(HeardSpeakers.of(opened.manifest()).measurable(clips.clips())) : clips;
            WindowEmbeddings.of(opened, wanted, progress, into);
        }
    }
}
