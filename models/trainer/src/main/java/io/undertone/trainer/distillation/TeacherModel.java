package io.undertone.trainer.distillation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.OnnxSessions;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The teacher in ONNX Runtime. Inner tensors are made outputs of the graph before it is loaded. Threading: any
/// thread, also several at once.
final class TeacherModel implements AutoCloseable {

    private final OrtSession session;
    private final String input;
    private final List<String> outputs;
    private final Path file;

    private TeacherModel(OrtSession session, String input, List<String> outputs, Path file) {
        this.session = session;
        this.input = input;
        this.outputs = outputs;
        this.file = file;
    }

    /// @throws InvalidInputException if the file cannot be read, lacks a tensor, or wants more than a waveform
    static TeacherModel open(Path file, List<String> outputs) {
        byte[] model = withOutputs(file, outputs);
        OrtSession session = OnnxSessions.cpu(model, "the teacher " + file, 1);
        List<String> inputs = List.copyOf(session.getInputNames());
        if (inputs.size() != 1) {
            OnnxSessions.close(session);
            throw new InvalidInputException("the teacher " + file + " must take a waveform only: " + inputs);
        }
        return new TeacherModel(session, inputs.getFirst(), List.copyOf(outputs), file);
    }

    private static byte[] withOutputs(Path file, List<String> outputs) {
        ModelProto.Builder model;
        try {
            model = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new InvalidInputException("the teacher " + file + " is not an ONNX file", e);
        } catch (IOException e) {
            throw new InvalidInputException("the teacher " + file + " cannot be read; is it there?", e);
        }
        var made = new TreeSet<String>();
        model.getGraph().getNodeList().forEach(node -> made.addAll(node.getOutputList()));
        var known = new TreeSet<>(model.getGraph().getOutputList().stream()
                .map(ValueInfoProto::getName)
                .toList());
        for (String output : outputs) {
            if (!made.contains(output)) {
                throw new InvalidInputException(
                        "the teacher " + file + " has no tensor '" + output + "'; its outputs are " + known);
            }
            if (known.add(output)) {
                model.getGraphBuilder()
                        .addOutput(ValueInfoProto.newBuilder()
                                .setName(output)
                                .setType(TypeProto.newBuilder()
                                        .setTensorType(TypeProto.Tensor.newBuilder()
                                                .setElemType(TensorProto.DataType.FLOAT.getNumber()))));
            }
        }
        return model.build().toByteArray();
    }

    /// @param samples 16 kHz
    /// @return `[frames][values]`
    float[][] frames(float[] samples) {
        try (OnnxTensor waveform = OnnxTensor.createTensor(
                        OnnxSessions.environment(), FloatBuffer.wrap(samples), new long[] {1, samples.length});
                OrtSession.Result result = session.run(Map.of(input, waveform), new TreeSet<>(outputs))) {
            float[][] all = new float[0][];
            for (String output : outputs) {
                all = beside(all, tensor(result, output));
            }
            return all;
        } catch (OrtException e) {
            throw new InvalidInputException(
                    "the teacher " + file + " fails on a clip of " + samples.length + " samples: " + e.getMessage(), e);
        }
    }

    private float[][] tensor(OrtSession.Result result, String output) throws OrtException {
        Object value = result.get(output).orElseThrow().getValue();
        if (value instanceof float[][][] batch) {
            return batch[0];
        }
        throw new InvalidInputException("the teacher's tensor '" + output + "' must be [batch, frames, values] of"
                + " 32-bit floats: " + value.getClass().getSimpleName());
    }

    private static float[][] beside(float[][] left, float[][] right) {
        if (left.length == 0) {
            return right;
        }
        float[][] both = new float[Math.min(left.length, right.length)][];
        for (int i = 0; i < both.length; i++) {
            both[i] = java.util.Arrays.copyOf(left[i], left[i].length + right[i].length);
            System.arraycopy(right[i], 0, both[i], left[i].length, right[i].length);
        }
        return both;
    }

    @Override
    public void close() {
        OnnxSessions.close(session);
    }
}
