package io.undertone.trainer.retraining;

import java.util.List;

/// Where labelled embeddings come from. A file is one place; topics on which embeddings and corrected labels meet are
/// another, and give the same records.
public interface EmbeddingSource {

    /// All of them.
    ///
    /// @throws io.undertone.audio.InvalidInputException naming the record and what is missing or wrong
    List<LabelledEmbedding> read();

    /// For messages.
    String name();
}
