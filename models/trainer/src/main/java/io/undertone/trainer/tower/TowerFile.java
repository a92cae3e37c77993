package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.OnnxFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// One ONNX file of a tower, checked, ready to be written into another graph. Immutable.
final class TowerFile {

    private final Path path;
    private final TowerSpec.Stage stage;
    private final ModelProto model;

    private TowerFile(Path path, TowerSpec.Stage stage, ModelProto model) {
        this.path = path;
        this.stage = stage;
        this.model = model;
    }

    /// @throws InvalidInputException if the file breaks a rule of bundles, or lacks the input or output that is named
    static TowerFile open(Path path, TowerSpec.Stage stage) {
        ModelProto model;
        try {
            model = used(ModelProto.parseFrom(Files.readAllBytes(path)));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(path + " is not an ONNX model: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException("the tower's file " + path + " cannot be read: " + e, e);
        }
        OnnxFunction.parse(path.toString(), model.toByteArray());
        TowerFile file = new TowerFile(path, stage, model);
        file.checkNames();
        return file;
    }

    /// Without the operator sets that no node uses: converters import more than they need.
    private static ModelProto used(ModelProto model) {
        Set<String> domains = model.getGraph().getNodeList().stream()
                .map(NodeProto::getDomain)
                .collect(Collectors.toSet());
        List<OperatorSetIdProto> kept = model.getOpsetImportList().stream()
                .filter(opset -> standard(opset.getDomain()) || domains.contains(opset.getDomain()))
                .toList();
        return model.toBuilder().clearOpsetImport().addAllOpsetImport(kept).build();
    }

    private static boolean standard(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private void checkNames() {
        List<String> inputs = inputs().stream().map(ValueInfoProto::getName).toList();
        if (!inputs.contains(stage.input())) {
            throw new InvalidInputException(path + " has no input '" + stage.input() + "'; it has " + inputs);
        }
        if (inputs.size() > 1) {
            throw new InvalidInputException(path + " must take '" + stage.input() + "' alone; it takes " + inputs
                    + ": export it without the others");
        }
        if (model.getGraph().getNodeList().stream()
                .noneMatch(node -> node.getOutputList().contains(stage.output()))) {
            List<String> outputs = model.getGraph().getOutputList().stream()
                    .map(ValueInfoProto::getName)
                    .toList();
            throw new InvalidInputException(path + " has no output '" + stage.output() + "'; it has " + outputs
                    + ", and tensors inside may be named too");
        }
    }

    private List<ValueInfoProto> inputs() {
        Set<String> weights = new HashSet<>();
        model.getGraph().getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
        return model.getGraph().getInputList().stream()
                .filter(value -> !weights.contains(value.getName()))
                .toList();
    }

    /// The length of each axis of the input; 0 where it is free. Empty where the file does not say.
    List<Long> inputShape() {
        return inputs().getFirst().getType().getTensorType().getShape().getDimList().stream()
                .map(Dimension::getDimValue)
                .toList();
    }

    int opset() {
        return (int) model.getOpsetImportList().stream()
                .filter(opset -> standard(opset.getDomain()))
                .mapToLong(OperatorSetIdProto::getVersion)
                .max()
                .orElse(1);
    }

    int irVersion() {
        return (int) model.getIrVersion();
    }

    Path path() {
        return path;
    }

    TowerSpec.Stage stage() {
        return stage;
    }

    /// Writes the graph into another one, every name with a prefix.
    ///
    /// @param input tensor of the other graph that goes in
    /// @return the tensor that comes out
    String writeInto(GraphProto.Builder into, String prefix, String input) {
        GraphProto renamed = GraphNames.prefixed(GraphNames.upTo(model.getGraph(), stage.output()), prefix);
        into.addNode(NodeProto.newBuilder()
                .setName(prefix + "enter")
                .setOpType("Identity")
                .addInput(input)
                .addOutput(prefix + stage.input()));
        into.addAllInitializer(renamed.getInitializerList());
        into.addAllSparseInitializer(renamed.getSparseInitializerList());
        into.addAllNode(renamed.getNodeList());
        return prefix + stage.output();
    }
}
