package io.undertone.trainer.bundle;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.undertone.model.BundleManifest;
import io.undertone.model.OnnxFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What training learned, read back from the graphs of a bundle that this trainer wrote.
public final class BundleWeights {

    private BundleWeights() {}

    /// @return values by the names of [io.undertone.trainer.network.Weights]: encoder, head of valence and arousal,
    ///     both projections
    public static Map<String, float[]> read(Path bundle, BundleManifest manifest) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (String file : List.of(
                manifest.audioEncoder().file(),
                manifest.textEncoder().projection().file())) {
            try {
                OnnxFunction.parse(file, Files.readAllBytes(bundle.resolve(file)))
                        .getGraph()
                        .getInitializerList()
                        .forEach(tensor -> put(tensor, weights));
            } catch (IOException e) {
                throw new UncheckedIOException(bundle.resolve(file) + " cannot be read", e);
            }
        }
        return weights;
    }

    private static void put(TensorProto tensor, Map<String, float[]> into) {
        String name = tensor.getName();
        if (!name.startsWith(OnnxOps.WEIGHT)) {
            return;
        }
        ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        boolean half = name.endsWith(OnnxOps.HALF);
        float[] values = new float[raw.remaining() / (half ? Short.BYTES : Float.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = half ? Float.float16ToFloat(raw.getShort()) : raw.getFloat();
        }
        int end = name.length() - (half ? OnnxOps.HALF.length() : 0);
        into.put(name.substring(OnnxOps.WEIGHT.length(), end), values);
    }
}
