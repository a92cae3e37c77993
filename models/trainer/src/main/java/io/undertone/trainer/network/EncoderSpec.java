package io.undertone.trainer.network;

import java.util.List;

/// The shape of the compact encoder.
///
/// @param channels of the four convolution stages
/// @param temporal channels after bands were merged
/// @param attention hidden units of the pooling
/// @param features length of what the encoder gives
/// @param embedding dimensions of the space shared with text
/// @param projectionHidden hidden units of both projection heads
public record EncoderSpec(
        List<Integer> channels, int temporal, int attention, int features, int embedding, int projectionHidden)
        implements AudioSpec {

    public EncoderSpec {
        if (channels.size() != 4) {
            throw new IllegalArgumentException("channels must be four numbers: " + channels);
        }
        channels = List.copyOf(channels);
        for (int value : channels) {
            requirePositive("channels", value);
        }
        requirePositive("temporal", temporal);
        requirePositive("attention", attention);
        requirePositive("features", features);
        requirePositive("embedding", embedding);
        requirePositive("projection-hidden", projectionHidden);
    }

    static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
