package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.TensorEntry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OnnxChecksTest {

    private ModelProto.Builder model;

    @BeforeEach
    void read() throws IOException {
        model = ModelProto.parseFrom(Files.readAllBytes(TestBundles.tiny().resolve("audio-encoder.onnx"))).toBuilder();
    }

    @Test
    void shouldTakeAGraphOfStandardOperators() {
        assertThatCode(() -> check(model.build().toByteArray())).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseWhatIsNoModel() {
        assertThatThrownBy(() -> check("not a model".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("model.onnx");
        assertThatThrownBy(() -> check(new byte[0]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("holds no graph");
    }

    @Test
    void shouldRefuseWeightsInAnotherFile() {
        model.getGraphBuilder().getInitializerBuilder(0).setDataLocation(TensorProto.DataLocation.EXTERNAL);
        String name = model.getGraph().getInitializer(0).getName();
        assertRefused("keeps the weights '" + name + "' in another file (external data)");
    }

    @Test
    void shouldRefuseAnExternalPathEvenWhereItIsNotInUse() {
        model.getGraphBuilder()
                .getInitializerBuilder(0)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue("/etc/passwd"));
        assertRefused("external data");
    }

    @Test
    void shouldFindExternalDataInTheGraphsInsideNodes() {
        TensorProto outside = TensorProto.newBuilder()
                .setName("hidden")
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .build();
        NodeProto inner = NodeProto.newBuilder()
                .setOpType("Constant")
                .addAttribute(AttributeProto.newBuilder().setName("value").setT(outside))
                .build();
        model.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("If")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("then_branch")
                                .setG(GraphProto.newBuilder().addNode(inner))));
        assertRefused("keeps the weights 'hidden' in another file");
    }

    @Test
    void shouldRefuseForeignDomains() {
        model.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1));
        assertRefused("imports operators of the domain 'com.microsoft'");
        model.setOpsetImport(
                1, OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3));
        assertRefused("imports operators of the domain 'ai.onnx.ml'");
    }

    @Test
    void shouldRefuseACustomOperatorAlsoWithoutItsImport() {
        model.getGraphBuilder().getNodeBuilder(0).setDomain("evil.ops");
        assertRefused("uses ('Unsqueeze') operators of the domain 'evil.ops'");
    }

    @Test
    void shouldRefuseFunctionsOfTheModelsOwn() {
        model.addFunctions(FunctionProto.newBuilder().setName("Twice"));
        assertRefused("brings functions of its own ('Twice')");
    }

    @Test
    void shouldRefuseVersionsThatTheRuntimeMayNotRead() {
        model.setIrVersion(OnnxChecks.MAX_IR_VERSION + 1);
        assertRefused("has the IR version 11; expected 3 to 10");
        model.setIrVersion(8);
        model.setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(99));
        assertRefused("imports the operator set 99; expected 7 to 22");
    }

    @Test
    void shouldRefuseOutputsThatTheManifestDoesNotName() {
        model.getGraphBuilder()
                .addOutput(model.getGraphBuilder().getOutput(0).toBuilder().setName("secret"));
        assertRefused("has the outputs [embedding, affect, secret]; the manifest says [embedding, affect]");
    }

    private void assertRefused(String part) {
        assertThatThrownBy(() -> check(model.build().toByteArray()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("model.onnx ")
                .hasMessageContaining(part);
    }

    private static void check(byte[] bytes) {
        OnnxChecks.check(
                "model.onnx",
                bytes,
                TensorEntry.of("waveform", "samples"),
                List.of(TensorEntry.of("embedding", 16), TensorEntry.of("affect", 2)));
    }
}
