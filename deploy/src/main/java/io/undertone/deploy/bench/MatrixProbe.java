package io.undertone.deploy.bench;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.model.EncoderGraph;
import io.undertone.model.GraphWriter;
import java.util.List;

/// The best case for whoever multiplies: a chain of products of large matrices and nothing else. It is written as an
/// encoder of windows of one sample, so it runs in the same sessions, by the same provider and threads, as the encoder
/// that is held against it; its matrices are made on the device from that sample, so hardly anything is copied.
///
/// @param rows of the matrix that goes through the chain, for each window of a batch
/// @param width of the square matrices that it is multiplied with
/// @param products in the chain
/// @param half in 16-bit floats
record MatrixProbe(int rows, int width, int products, boolean half) {

    /// Some tenths of a second for a core. Larger matrices were not multiplied faster.
    static final MatrixProbe CPU = new MatrixProbe(1_024, 1_024, 4, false);

    /// Some hundredths of a second for a GPU, 64 MB a matrix.
    static final MatrixProbe CUDA = new MatrixProbe(4_096, 4_096, 16, false);

    static final MatrixProbe CUDA_HALF = new MatrixProbe(4_096, 4_096, 16, true);

    private static final int OPSET = 17;

    /// Multiplications of one window of a batch.
    long multiplyAdds() {
        return (long) products * rows * width * width;
    }

    EncoderGraph graph() {
        GraphWriter writer = new GraphWriter("m.", OPSET);
        RandomWeights weights = new RandomWeights(1);
        String sample = writer.add(writer.reshape("waveform", -1, 1, 1), 1); // silence must not make zeros
        String x = half ? cast(writer, sample, TensorProto.DataType.FLOAT16) : sample;
        x = writer.node("Mul", List.of(x, values(writer, weights, 1, 1, rows, 1)));
        x = writer.node("Mul", List.of(x, values(writer, weights, 1, 1, 1, width))); // [batch, rows, width]
        String square = values(writer, weights, width, width, width);
        for (int i = 0; i < products; i++) {
            x = writer.node("MatMul", List.of(x, square));
        }
        String corner = writer.gather(writer.gather(x, 1, 0), 2, 0, 1);
        corner = half ? cast(writer, corner, TensorProto.DataType.FLOAT) : corner;
        writer.named(writer.reshape(writer.gather(corner, 2, 0), -1, 1), "embedding");
        writer.named(writer.reshape(corner, -1, 2), "affect");
        byte[] model = writer.toModel(
                "matrices",
                GraphWriter.value("waveform", -1, 1),
                GraphWriter.value("embedding", -1, 1),
                GraphWriter.value("affect", -1, 2));
        return EncoderGraph.of(
                model,
                new AudioEncoderFile(
                        "matrices",
                        "",
                        TensorEntry.of("waveform", 1),
                        TensorEntry.of("embedding", 1),
                        TensorEntry.of("affect", 2)),
                1);
    }

    private static String cast(GraphWriter writer, String x, TensorProto.DataType type) {
        return writer.node("Cast", List.of(x), GraphWriter.integer("to", type.getNumber()));
    }

    private String values(GraphWriter writer, RandomWeights weights, int summands, long... shape) {
        float[] values = weights.next(summands, shape);
        return half ? writer.halves(values, shape) : writer.floats(values, shape);
    }
}
