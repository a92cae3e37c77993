package io.undertone.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import ai.onnxruntime.TensorInfo;
import io.undertone.audio.InvalidInputException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Which nodes of an encoder's graph can compute in 16-bit floats: what lies from the first to the last product of
/// matrices behind the logarithm of the spectrum. In float32 stay
///
/// - all that leads to a logarithm: powers of a spectrum span more than 16 bits hold (6e-8 to 65504),
/// - what is before the first of those products (the waveform's level) and behind the last (unit length, tanh), which
///   costs nothing,
/// - what a root or a power is taken of, back to where it is more than sums and products of values: squares of more
///   than 255 overflow, and a variance is a small difference of large numbers,
/// - operators that know no 16-bit floats, and integers on their way to floats.
///
/// A graph without a logarithm (a network on the waveform itself) begins with its first product.
final class HalfPrecision {

    /// Where the time goes, and what tensor cores do.
    private static final Set<String> PRODUCTS =
            Set.of("Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum", "LSTM", "GRU", "RNN");

    private static final Set<String> LOGARITHMS = Set.of("Log", "ReduceLogSum");

    private static final Set<String> FOURIER = Set.of("DFT", "STFT");

    private static final Set<String> ROOTS =
            Set.of("Sqrt", "Pow", "Reciprocal", "ReduceL2", "ReduceSumSquare", "ReduceLogSumExp", "LpNormalization");

    /// Sums and products value by value, and moves: what the value under a root may be made of.
    private static final Set<String> ARITHMETIC = Set.of(
            "Abs",
            "Add",
            "Clip",
            "Concat",
            "Div",
            "Expand",
            "Identity",
            "Max",
            "Min",
            "Mul",
            "Neg",
            "ReduceMax",
            "ReduceMean",
            "ReduceMin",
            "ReduceSum",
            "Reshape",
            "Slice",
            "Squeeze",
            "Sub",
            "Transpose",
            "Unsqueeze");

    /// Operators that some of the operator sets 7 to 22 define for float32 but not for float16, or that say in an
    /// attribute which type they make.
    private static final Set<String> FLOAT32_ONLY = Set.of(
            "Bernoulli",
            "Celu",
            "CumSum",
            "EyeLike",
            "IsInf",
            "MelWeightMatrix",
            "Multinomial",
            "NonMaxSuppression",
            "RandomNormal",
            "RandomNormalLike",
            "RandomUniform",
            "RandomUniformLike",
            "Range",
            "Resize",
            "TfIdfVectorizer",
            "Upsample");

    private static final Set<String> QUANTIZED = Set.of(
            "ConvInteger",
            "DequantizeLinear",
            "DynamicQuantizeLinear",
            "MatMulInteger",
            "QLinearConv",
            "QLinearMatMul",
            "QuantizeLinear");

    private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

    private final String file;
    private final GraphProto graph;
    private final Set<String> floats = new HashSet<>(); // tensors of 32-bit floats
    private final Map<String, NodeProto> makers = new HashMap<>(); // of floats, by tensor
    private final Map<String, Set<NodeProto>> readers = new HashMap<>(); // of floats, by tensor

    private HalfPrecision(String file, GraphProto graph) {
        this.file = file;
        this.graph = graph;
    }

    /// @param nodes that can compute in 16-bit floats
    /// @param floats all tensors of 32-bit floats
    record Plan(Set<NodeProto> nodes, Set<String> floats) {}

    /// @param file for the error
    /// @param model that was checked
    /// @throws InvalidInputException naming what stands in the way
    static Plan plan(String file, ModelProto model) {
        HalfPrecision half = new HalfPrecision(file, model.getGraph());
        half.refuseWhatCannotBe();
        half.look(model);
        return new Plan(half.nodes(), half.floats);
    }

    private void refuseWhatCannotBe() {
        for (NodeProto node : graph.getNodeList()) {
            if (QUANTIZED.contains(node.getOpType())) {
                throw refused("it holds " + named(node) + ", which computes with integers of 8 bits");
            }
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG() || attribute.getGraphsCount() > 0) {
                    throw refused("it holds " + named(node) + ", which has a graph of its own inside");
                }
            }
        }
    }

    private void look(ModelProto model) {
        graph.getInputList().stream()
                .filter(input -> input.getType().getTensorType().getElemType() == FLOAT)
                .forEach(input -> floats.add(input.getName()));
        graph.getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() == FLOAT)
                .forEach(tensor -> floats.add(tensor.getName()));
        Map<String, OnnxJavaType> types = types(model);
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().stream()
                    .filter(output -> types.get(output) == OnnxJavaType.FLOAT)
                    .forEach(output -> {
                        floats.add(output);
                        makers.put(output, node);
                    });
            node.getInputList().stream()
                    .filter(floats::contains)
                    .forEach(input -> readers.computeIfAbsent(input, _ -> new LinkedHashSet<>())
                            .add(node));
        }
    }

    /// Of all that nodes make. Asked of ONNX Runtime, the only reader of ONNX files here that knows every operator.
    private Map<String, OnnxJavaType> types(ModelProto model) {
        GraphProto.Builder asking = graph.toBuilder().clearOutput();
        graph.getNodeList().stream()
                .flatMap(node -> node.getOutputList().stream())
                .filter(output -> !output.isEmpty())
                .forEach(output -> asking.addOutput(ValueInfoProto.newBuilder().setName(output)));
        byte[] bytes = model.toBuilder().setGraph(asking).build().toByteArray();
        Map<String, OnnxJavaType> types = new HashMap<>();
        try (var options = OnnxSessions.cpuOptions(1)) {
            options.setOptimizationLevel(OptLevel.NO_OPT);
            try (var session = OnnxSessions.environment().createSession(bytes, options)) {
                for (Map.Entry<String, NodeInfo> output :
                        session.getOutputInfo().entrySet()) {
                    if (!(output.getValue().getInfo() instanceof TensorInfo tensor)) {
                        throw refused("'" + output.getKey() + "' is not a tensor but a list of them or nothing");
                    }
                    types.put(output.getKey(), tensor.type);
                }
            }
            return types;
        } catch (OrtException e) {
            throw new InvalidInputException(
                    file + " cannot be loaded by ONNX Runtime: " + OnnxSessions.firstLine(e), e);
        }
    }

    private Set<NodeProto> nodes() {
        Set<NodeProto> spectrum = leadingTo(of(LOGARITHMS), _ -> true);
        of(FOURIER).stream()
                .filter(node -> !spectrum.contains(node))
                .findFirst()
                .ifPresent(node -> {
                    throw refused("there is no logarithm behind " + named(node)
                            + ", so it cannot be told how far float32 is needed");
                });
        Set<NodeProto> underRoots =
                leadingTo(of(ROOTS), node -> ARITHMETIC.contains(node.getOpType()) || ROOTS.contains(node.getOpType()));
        Predicate<NodeProto> able =
                node -> !spectrum.contains(node) && !underRoots.contains(node) && computesFloatsOnly(node);
        List<NodeProto> products = of(PRODUCTS).stream().filter(able).toList();
        if (products.isEmpty()) {
            throw refused("no product of matrices ("
                    + String.join(", ", PRODUCTS.stream().sorted().toList())
                    + ") is left for it behind the logarithms");
        }
        Set<NodeProto> between = leadingTo(products, _ -> true);
        between.retainAll(behind(products));
        between.removeIf(able.negate());
        return between;
    }

    /// The same values would be of another type, and nothing else of the node.
    private boolean computesFloatsOnly(NodeProto node) {
        String operator = node.getOpType();
        boolean secondsStayFloat32 = operator.equals("LayerNormalization") && node.getOutputCount() > 1;
        return node.getOutputList().stream().anyMatch(makers::containsKey)
                && !FLOAT32_ONLY.contains(operator)
                && !secondsStayFloat32;
    }

    private List<NodeProto> of(Set<String> operators) {
        return graph.getNodeList().stream()
                .filter(node -> operators.contains(node.getOpType()))
                .toList();
    }

    /// These nodes, and those whose floats go into one of them.
    ///
    /// @param passing whether what goes into a node counts too
    private Set<NodeProto> leadingTo(Collection<NodeProto> nodes, Predicate<NodeProto> passing) {
        Set<NodeProto> found = new HashSet<>(nodes);
        Deque<NodeProto> open = new ArrayDeque<>(nodes);
        while (!open.isEmpty()) {
            for (String input : open.pop().getInputList()) {
                NodeProto maker = makers.get(input);
                if (maker != null && passing.test(maker) && found.add(maker)) {
                    open.push(maker);
                }
            }
        }
        return found;
    }

    /// These nodes, and those into which floats of theirs go.
    private Set<NodeProto> behind(Collection<NodeProto> nodes) {
        Set<NodeProto> found = new HashSet<>(nodes);
        Deque<NodeProto> open = new ArrayDeque<>(nodes);
        while (!open.isEmpty()) {
            for (String output : open.pop().getOutputList()) {
                for (NodeProto reader : readers.getOrDefault(output, Set.of())) {
                    if (found.add(reader)) {
                        open.push(reader);
                    }
                }
            }
        }
        return found;
    }

    private InvalidInputException refused(String reason) {
        return new InvalidInputException(file + " cannot be computed in float16: " + reason);
    }

    /// For errors.
    static String named(NodeProto node) {
        return node.getName().isEmpty() ? "a " + node.getOpType() : node.getOpType() + " '" + node.getName() + "'";
    }
}
