package io.undertone.model;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.TensorEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Looks through an ONNX file before ONNX Runtime sees it. Refused is whatever reaches outside the file (external data,
/// custom operators, functions of its own) and whatever is not the graph that the manifest describes.
final class OnnxChecks {

    /// Newest file format and operator set that are taken: those that ONNX Runtime 1.29 is known to read.
    static final long MAX_IR_VERSION = 10;

    static final long MAX_OPSET = 22;

    private final String file;

    private OnnxChecks(String file) {
        this.file = file;
    }

    /// @param file for the error
    /// @param outputs that must be there; others are refused
    /// @throws InvalidInputException naming the file and the reason
    static void check(String file, byte[] bytes, TensorEntry input, List<TensorEntry> outputs) {
        new OnnxChecks(file).check(bytes, input, outputs);
    }

    /// Checks all but inputs and outputs.
    ///
    /// @return the parsed file
    static ModelProto standard(String file, byte[] bytes) {
        return new OnnxChecks(file).standard(bytes);
    }

    private void check(byte[] bytes, TensorEntry input, List<TensorEntry> outputs) {
        ModelProto model = standard(bytes);
        Set<String> weights = new HashSet<>();
        model.getGraph().getInitializerList().forEach(tensor -> weights.add(tensor.getName()));
        checkTensors(
                "input",
                model.getGraph().getInputList().stream()
                        .filter(value -> !weights.contains(value.getName()))
                        .toList(),
                List.of(input));
        checkTensors("output", model.getGraph().getOutputList(), outputs);
    }

    private ModelProto standard(byte[] bytes) {
        ModelProto model;
        try {
            model = ModelProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidInputException(file + " is not an ONNX model: " + e.getMessage(), e);
        }
        if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
            throw refused("holds no graph");
        }
        checkVersions(model);
        checkGraph(model.getGraph());
        return model;
    }

    private void checkVersions(ModelProto model) {
        if (model.getIrVersion() < 3 || model.getIrVersion() > MAX_IR_VERSION) {
            throw refused("has the IR version " + model.getIrVersion() + "; expected 3 to " + MAX_IR_VERSION);
        }
        if (model.getFunctionsCount() > 0) {
            throw refused("brings functions of its own ('"
                    + model.getFunctions(0).getName() + "'); only the standard operators are allowed");
        }
        if (model.getTrainingInfoCount() > 0) {
            throw refused("holds training graphs; expected inference only");
        }
        for (OperatorSetIdProto opset : model.getOpsetImportList()) {
            checkDomain(opset.getDomain(), "imports");
            if (opset.getVersion() < 7 || opset.getVersion() > MAX_OPSET) {
                throw refused("imports the operator set " + opset.getVersion() + "; expected 7 to " + MAX_OPSET);
            }
        }
    }

    private void checkDomain(String domain, String verb) {
        if (!domain.isEmpty() && !domain.equals("ai.onnx")) {
            throw refused(verb + " operators of the domain '" + domain + "'; only the standard ones are allowed");
        }
    }

    private void checkGraph(GraphProto graph) {
        graph.getInitializerList().forEach(this::checkTensor);
        graph.getSparseInitializerList().forEach(sparse -> {
            checkTensor(sparse.getValues());
            checkTensor(sparse.getIndices());
        });
        for (NodeProto node : graph.getNodeList()) {
            checkDomain(node.getDomain(), "uses ('" + node.getOpType() + "')");
            node.getAttributeList().forEach(this::checkAttribute);
        }
    }

    private void checkAttribute(AttributeProto attribute) {
        if (attribute.hasT()) {
            checkTensor(attribute.getT());
        }
        attribute.getTensorsList().forEach(this::checkTensor);
        if (attribute.hasSparseTensor()) {
            checkTensor(attribute.getSparseTensor().getValues());
            checkTensor(attribute.getSparseTensor().getIndices());
        }
        attribute.getSparseTensorsList().forEach(sparse -> {
            checkTensor(sparse.getValues());
            checkTensor(sparse.getIndices());
        });
        if (attribute.hasG()) {
            checkGraph(attribute.getG());
        }
        attribute.getGraphsList().forEach(this::checkGraph);
    }

    private void checkTensor(TensorProto tensor) {
        if (tensor.getDataLocation() != TensorProto.DataLocation.DEFAULT || tensor.getExternalDataCount() > 0) {
            throw refused("keeps the weights '" + tensor.getName() + "' in another file (external data); "
                    + "a bundle's model must hold its weights itself");
        }
    }

    private void checkTensors(String kind, List<ValueInfoProto> found, List<TensorEntry> expected) {
        List<String> names = found.stream().map(ValueInfoProto::getName).toList();
        for (TensorEntry entry : expected) {
            ValueInfoProto value = found.stream()
                    .filter(candidate -> candidate.getName().equals(entry.name()))
                    .findFirst()
                    .orElseThrow(() -> refused(
                            "has no " + kind + " '" + entry.name() + "' as the manifest says; it has " + names));
            checkType(kind, value, entry);
        }
        if (found.size() != expected.size()) {
            throw refused("has the " + kind + "s " + names + "; the manifest says "
                    + expected.stream().map(TensorEntry::name).toList());
        }
    }

    private void checkType(String kind, ValueInfoProto value, TensorEntry entry) {
        TypeProto.Tensor type = value.getType().getTensorType();
        if (type.getElemType() != TensorProto.DataType.FLOAT.getNumber()) {
            throw refused("does not take or give float32 at its " + kind + " '" + entry.name() + "'");
        }
        List<TensorShapeProto.Dimension> axes = type.getShape().getDimList();
        boolean same = axes.size() == entry.shape().size();
        for (int i = 0; same && i < axes.size(); i++) {
            same = entry.shape().get(i) instanceof Integer length
                    ? axes.get(i).hasDimValue() && axes.get(i).getDimValue() == length
                    : !axes.get(i).hasDimValue();
        }
        if (!same) {
            throw refused("has the shape " + shown(axes) + " at its " + kind + " '" + entry.name()
                    + "'; the manifest says " + entry.shape());
        }
    }

    private static List<String> shown(List<TensorShapeProto.Dimension> axes) {
        return axes.stream()
                .map(axis -> axis.hasDimValue()
                        ? Long.toString(axis.getDimValue())
                        : axis.getDimParam().isEmpty() ? "?" : axis.getDimParam())
                .toList();
    }

    private InvalidInputException refused(String reason) {
        return new InvalidInputException(file + " " + reason);
    }
}
