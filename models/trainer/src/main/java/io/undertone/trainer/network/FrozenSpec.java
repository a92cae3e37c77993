package io.undertone.trainer.network;

/// A frozen tower and what is trained on top of it.
///
/// @param tower path of its `tower.yaml`, seen from where the trainer is started
/// @param logMel whether mean and deviation of our log-mel bands stand beside the vectors: cheap, and towers made for
///     words forget how they were spoken
/// @param features length of the layer between the tower's vectors and the heads
/// @param embedding dimensions of the space shared with text
/// @param projectionHidden hidden units of both projection heads
public record FrozenSpec(String tower, boolean logMel, int features, int embedding, int projectionHidden)
        implements AudioSpec {

    public FrozenSpec {
        if (tower.isBlank()) {
            throw new IllegalArgumentException("tower must be the path of a tower.yaml: '" + tower + "'");
        }
        EncoderSpec.requirePositive("features", features);
        EncoderSpec.requirePositive("embedding", embedding);
        EncoderSpec.requirePositive("projection-hidden", projectionHidden);
    }
}
