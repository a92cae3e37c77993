package io.undertone.trainer.tower;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Takes graphs apart and renames them, so that one can stand inside another.
public final class GraphNames {

    private GraphNames() {}

    /// Also in the graphs inside nodes: what they name may lie outside of them.
    public static GraphProto prefixed(GraphProto graph, String prefix) {
        GraphProto.Builder renamed = GraphProto.newBuilder().setName(graph.getName());
        for (TensorProto tensor : graph.getInitializerList()) {
            renamed.addInitializer(tensor.toBuilder().setName(prefix + tensor.getName()));
        }
        graph.getSparseInitializerList()
                .forEach(sparse -> renamed.addSparseInitializer(sparse.toBuilder()
                        .setValues(sparse.getValues().toBuilder()
                                .setName(prefix + sparse.getValues().getName()))));
        for (ValueInfoProto input : graph.getInputList()) {
            renamed.addInput(input.toBuilder().setName(prefix + input.getName()));
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            renamed.addOutput(output.toBuilder().setName(prefix + output.getName()));
        }
        graph.getNodeList().forEach(node -> renamed.addNode(prefixed(node, prefix)));
        return renamed.build();
    }

    private static NodeProto prefixed(NodeProto node, String prefix) {
        NodeProto.Builder renamed = node.toBuilder().setName(prefixed(node.getName(), prefix));
        for (int i = 0; i < node.getInputCount(); i++) {
            renamed.setInput(i, prefixed(node.getInput(i), prefix));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            renamed.setOutput(i, prefixed(node.getOutput(i), prefix));
        }
        for (int i = 0; i < node.getAttributeCount(); i++) {
            AttributeProto attribute = node.getAttribute(i);
            if (attribute.hasG()) {
                renamed.setAttribute(i, attribute.toBuilder().setG(prefixed(attribute.getG(), prefix)));
            }
        }
        return renamed.build();
    }

    /// Without what is not needed for one tensor.
    static GraphProto upTo(GraphProto graph, String tensor) {
        Set<String> needed = new HashSet<>(Set.of(tensor));
        List<NodeProto> kept = new ArrayList<>();
        for (NodeProto node : graph.getNodeList().reversed()) { // nodes stand in the order of their running
            if (node.getOutputList().stream().anyMatch(needed::contains)) {
                needed.addAll(node.getInputList());
                node.getAttributeList().forEach(attribute -> addNames(attribute.getG(), needed));
                kept.add(node);
            }
        }
        GraphProto.Builder pruned = graph.toBuilder().clearNode().clearInitializer();
        pruned.addAllNode(kept.reversed());
        graph.getInitializerList().stream()
                .filter(weight -> needed.contains(weight.getName()))
                .forEach(pruned::addInitializer);
        return pruned.build();
    }

    /// What the nodes of a graph inside a node name may lie outside of it.
    private static void addNames(GraphProto graph, Set<String> names) {
        graph.getOutputList().forEach(output -> names.add(output.getName()));
        for (NodeProto node : graph.getNodeList()) {
            names.addAll(node.getInputList());
            node.getAttributeList().forEach(attribute -> addNames(attribute.getG(), names));
        }
    }

    /// No name stays none: an input that is left out, a node without one.
    private static String prefixed(String name, String prefix) {
        return name.isEmpty() ? "" : prefix + name;
    }
}
