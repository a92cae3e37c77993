package io.undertone.trainer.bundle;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.OnnxFunction;
import io.undertone.trainer.network.HeadAdapter;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Weights;
import io.undertone.trainer.tower.GraphNames;
import java.util.List;
import java.util.OptionalInt;

/// Both ONNX files of a bundle.
public final class EncoderExport {

    /// Prefix of the names of a graph that another is built on.
    private static final String OLD = "old.";

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

    /// A bundle's encoder with an adapter behind it, whose weights are named as [HeadAdapter] does.
    ///
    /// @param encoder the ONNX file of the old one
    public static byte[] retrained(byte[] encoder, AudioEncoderFile names, Weights adapter) {
        ModelProto model = OnnxFunction.parse(names.file(), encoder);
        OnnxOps ops = new OnnxOps(adapter, "audio-encoder");
        List<String> dims = names.input().shape().stream().map(String::valueOf).toList();
        ops.splice(
                model.toBuilder()
                        .setGraph(GraphNames.prefixed(model.getGraph(), OLD))
                        .build(),
                ops.input(names.input().name(), dims));
        String embedding = OLD + names.embedding().name();
        String affect = OLD + names.affect().name();
        String dim = Integer.toString(names.dim());
        ops.output(HeadAdapter.embedding(ops, embedding), names.embedding().name(), List.of("batch", dim));
        ops.output(HeadAdapter.affect(ops, embedding, affect), names.affect().name(), List.of("batch", "2"));
        return ops.toBytes();
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
