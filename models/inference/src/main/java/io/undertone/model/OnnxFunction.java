package io.undertone.model;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import java.nio.FloatBuffer;
import java.util.Map;

/// An ONNX graph of 32-bit floats on the CPU, for whoever makes bundles out of graphs. It is held to the rules of a
/// bundle's files: standard operators only, nothing outside the file.
///
/// Threading: one thread at a time; closed by whoever opened it.
public final class OnnxFunction implements AutoCloseable {

    private final OrtSession session;
    private final String what;

    private OnnxFunction(OrtSession session, String what) {
        this.session = session;
        this.what = what;
    }

    /// Values with their shape.
    public static final class Tensor {

        private final float[] values; // row-major
        private final long[] shape;

        private Tensor(float[] values, long[] shape) {
            this.values = values;
            this.shape = shape;
        }

        public static Tensor of(float[] values, long... shape) {
            return new Tensor(values.clone(), shape.clone());
        }

        public float[] values() {
            return values.clone();
        }

        public long[] shape() {
            return shape.clone();
        }
    }

    /// Reads an ONNX file and checks it as the files of a bundle are checked, whatever its inputs and outputs.
    ///
    /// @param file for the error
    /// @throws InvalidInputException naming the file and the reason
    public static ModelProto parse(String file, byte[] bytes) {
        return OnnxChecks.standard(file, bytes);
    }

    /// @param what names the graph in errors
    /// @param threads of one run
    /// @throws InvalidInputException if the graph breaks a rule or ONNX Runtime cannot load it
    public static OnnxFunction open(String what, byte[] model, int threads) {
        OnnxChecks.standard(what, model);
        return new OnnxFunction(OnnxSessions.cpu(model, what, threads), what);
    }

    /// @throws InvalidInputException if the run fails, or the output is not of 32-bit floats
    public Tensor run(String input, Tensor tensor, String output) {
        FloatBuffer values = FloatBuffer.wrap(tensor.values);
        try (OnnxTensor in = OnnxTensor.createTensor(OnnxSessions.environment(), values, tensor.shape);
                var result = session.run(Map.of(input, in))) {
            if (result.get(output).orElseThrow() instanceof OnnxTensor out
                    && out.getInfo().type == OnnxJavaType.FLOAT) {
                FloatBuffer got = out.getFloatBuffer();
                float[] copy = new float[got.remaining()];
                got.get(copy);
                return new Tensor(copy, out.getInfo().getShape());
            }
            throw new InvalidInputException(what + " must give 32-bit floats at its output '" + output + "'");
        } catch (OrtException e) {
            throw new InvalidInputException(what + " does not run: " + OnnxSessions.firstLine(e), e);
        }
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
