package io.undertone.trainer.bundle;

import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.util.List;
import java.util.OptionalInt;

/// Both ONNX files of a bundle.
public final class EncoderExport {

    private EncoderExport() {}

    /// Waveform `[batch, samples]` to `embedding` `[batch, dim]` of unit length and `affect` `[batch, 2]`.
    public static byte[] audioEncoder(Networks networks) {
        OnnxOps ops = new OnnxOps(networks.weights(), "audio-encoder");
        String waveform = ops.input("waveform", List.of("batch", String.valueOf(samples(networks))));
        String features = networks.encoder().apply(ops, waveform);
        String embedding = Heads.project(ops, features, Networks.AUDIO_PROJECTION);
        String dim = Integer.toString(networks.spec().embedding());
        ops.output(embedding, "embedding", List.of("batch", dim));
        ops.output(Heads.affect(ops, features), "affect", List.of("batch", "2"));
        return ops.toBytes();
    }

    /// Length of the waveform's axis: a number, or the name of a free one.
    public static Object samples(Networks networks) {
        OptionalInt only = networks.encoder().onlySamples();
        return only.isPresent() ? (Object) only.getAsInt() : "samples";
    }

    /// Sentence vectors `text` `[batch, 384]` to `embedding` `[batch, dim]` of unit length.
    public static byte[] textProjection(Networks networks) {
        OnnxOps ops = new OnnxOps(networks.weights(), "text-projection");
        String text = ops.input("text", List.of("batch", Integer.toString(Networks.TEXT_DIM)));
        String embedding = Heads.project(ops, text, Networks.TEXT_PROJECTION);
        ops.output(
                embedding,
                "embedding",
                List.of("batch", Integer.toString(networks.spec().embedding())));
        return ops.toBytes();
    }
}
