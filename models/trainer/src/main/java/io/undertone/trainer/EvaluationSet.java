package io.undertone.trainer;

import io.undertone.model.ModelBundle;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.HeardSpeakers;
import io.undertone.trainer.evaluation.WindowEmbeddings;
import io.undertone.trainer.retraining.EmbeddingFile;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `evaluation.jsonl` beside a bundle: embeddings and labels of speakers whom it never heard, on which a retrained
/// bundle must not be worse. With it a bundle can be retrained where its corpora are not at hand. Not in the bundle's
/// folder: who uses a bundle gets no embedding of a person with it.
final class EvaluationSet {

    private EvaluationSet() {}

    /// @param bundle its folder
    static Path beside(Path bundle) {
        return bundle.toAbsolutePath().normalize().resolveSibling("evaluation.jsonl");
    }

    /// Writes nothing when the bundle has heard everybody.
    ///
    /// @param corpus that the bundle learned from
    /// @return windows that were written
    static int write(Path bundle, Corpus corpus, Progress progress) {
        List<LabelledEmbedding> records = new ArrayList<>();
        try (ModelBundle opened = ModelBundle.open(bundle)) {
            Corpus unheard = corpus.with(HeardSpeakers.of(opened.manifest()).unheard(corpus.clips()));
            WindowEmbeddings.of(opened, unheard, progress, records::add);
        }
        if (!records.isEmpty()) {
            write(bundle, records);
        }
        return records.size();
    }

    static void write(Path bundle, List<LabelledEmbedding> records) {
        WholeFile.write(beside(bundle), out -> {
            for (LabelledEmbedding record : records) {
                out.write((EmbeddingFile.toLine(record) + "\n").getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
