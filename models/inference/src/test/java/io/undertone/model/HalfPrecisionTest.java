package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.undertone.audio.AudioFile;
import io.undertone.audio.InvalidInputException;
import io.undertone.audio.Resampler;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole encoders in float16 against the same in float32. There is no GPU here: the CPU is made to round as one does
/// ([RoundedModel]).
class HalfPrecisionTest {

    private static final int SAMPLES = 48_000;
    private static final Path COMPACT = Path.of("../bundles/compact/audio-encoder.onnx");
    private static final AudioEncoderFile NAMES = new AudioEncoderFile(
            "audio-encoder.onnx",
            "",
            TensorEntry.of("waveform", "samples"),
            TensorEntry.of("embedding", 128),
            TensorEntry.of("affect", 2));

    @TempDir
    private Path temporary;

    /// How far two encoders are apart, at the most.
    private record Distance(double embedding, double affect, double lowestCosine) {}

    @Test
    void shouldHearTheSampleCallsAlmostAsInFloat32() throws IOException {
        List<Window> windows = sampleCalls();
        List<Encoding> exact = encode(Files.readAllBytes(COMPACT), windows);

        Distance distance = distance(exact, encode(RoundedModel.of(compactInHalves()), windows));
        Distance onThisCpu = distance(exact, encode(compactInHalves(), windows));

        assertThat(windows).hasSizeGreaterThan(150);
        assertThat(distance.embedding()).isLessThan(0.005);
        assertThat(distance.affect()).isLessThan(0.005);
        assertThat(distance.lowestCosine()).isGreaterThan(0.9998);
        assertThat(distance.embedding()).as("it is in halves").isGreaterThan(1e-4);
        assertThat(Math.max(onThisCpu.embedding(), onThisCpu.affect())).isLessThan(GoldenWindow.FLOAT16_TOLERANCE);
    }

    @Test
    void shouldHearSilenceWhispersAndOverloadAlmostAsInFloat32() throws IOException {
        List<Window> windows = new ArrayList<>();
        float[] voice = sampleCalls().get(5).samples();
        for (double gain : List.of(0.0, 1e-4, 1e-3, 1e-2, 30.0)) {
            windows.add(window(scaled(voice, gain)));
        }
        for (double level : List.of(1e-4, 1e-2, 0.5)) {
            windows.add(window(scaled(noise(), level)));
        }
        List<Encoding> exact = encode(Files.readAllBytes(COMPACT), windows);

        Distance distance = distance(exact, encode(RoundedModel.of(compactInHalves()), windows));

        assertThat(distance.embedding()).isLessThan(0.005);
        assertThat(distance.affect()).isLessThan(0.005);
    }

    @Test
    void shouldStoreTheWeightsBehindTheLogarithmInHalfOfTheRoom() throws IOException {
        assertThat(compactInHalves().length / (double) Files.size(COMPACT)).isBetween(0.5, 0.55);
    }

    @Test
    void shouldOpenABundleInFloat16AndProveItByItsGoldenWindow() {
        InferenceOptions options = new InferenceOptions(1, false, 4, Precision.FLOAT16);
        Window hum = window(TestBundles.hum(SAMPLES, 0.5));
        try (ModelBundle bundle = TestBundles.openTiny();
                AudioEncoder half = bundle.openAudioEncoder(new InferenceDevice.Cpu(), options);
                AudioEncoder exact = bundle.openAudioEncoder(new InferenceDevice.Cpu())) {
            Distance distance = distance(exact.encode(List.of(hum)), half.encode(List.of(hum)));
            assertThat(Math.max(distance.embedding(), distance.affect()))
                    .isBetween(1e-6, GoldenWindow.FLOAT16_TOLERANCE);
        }
    }

    /// A layer whose weights, 64.03 and 64, are one and the same in 16 bits.
    @Test
    void shouldRefuseABundleThatInFloat16ComputesSomethingElse() throws IOException {
        Path folder = TestBundles.copyTiny(temporary.resolve("tiny"));
        TestBundles.replace(folder, "audio-encoder.onnx", withSmallDifference(folder.resolve("audio-encoder.onnx")));
        InferenceDevice cpu = new InferenceDevice.Cpu();
        try (ModelBundle bundle = ModelBundle.open(folder)) {
            bundle.openAudioEncoder(cpu).close();
            assertThatThrownBy(() -> bundle.openAudioEncoder(cpu, new InferenceOptions(1, false, 1, Precision.FLOAT16)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("the bundle does not compute what its maker got in float16: '")
                    .hasMessageEndingWith("(tolerance 0.02)");
        }
    }

    /// Between two layers: x is taken 64.03 times, and taken away 64 times.
    private static byte[] withSmallDifference(Path file) throws IOException {
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
        GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
        boolean done = false;
        boolean product = false;
        for (NodeProto node : model.getGraph().getNodeList()) {
            boolean chosen = product && !done && node.getOpType().equals("Relu");
            product |= node.getOpType().equals("Log");
            if (chosen) {
                done = true;
                String x = node.getInput(0);
                GraphWriter writer = new GraphWriter("d.", 17);
                String less = writer.multiply(x, 64);
                String difference = writer.node("Sub", List.of(writer.multiply(x, 64.03f), less));
                String back = writer.multiply(difference, 1 / 0.03);
                graph.addAllInitializer(writer.graph().getInitializerList())
                        .addAllNode(writer.graph().getNodeList())
                        .addNode(node.toBuilder().setInput(0, back));
            } else {
                graph.addNode(node);
            }
        }
        assertThat(done).isTrue();
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    private static byte[] compactInHalves() throws IOException {
        return HalfPrecisionModel.of("audio-encoder.onnx", Files.readAllBytes(COMPACT));
    }

    private static List<Encoding> encode(byte[] model, List<Window> windows) {
        try (AudioEncoder encoder = new OnnxAudioEncoder(
                OrtEncoderSession.cpu(model, NAMES, SAMPLES, 1),
                () -> {
                    throw new IllegalStateException("no fallback from the CPU");
                },
                SAMPLES,
                NAMES.dim(),
                8)) {
            return encoder.encode(windows);
        }
    }

    private static Distance distance(List<Encoding> ones, List<Encoding> others) {
        double embedding = 0;
        double affect = 0;
        double cosine = 1;
        for (int i = 0; i < ones.size(); i++) {
            Encoding one = ones.get(i);
            Encoding other = others.get(i);
            float[] values = one.embedding().toArray();
            float[] otherValues = other.embedding().toArray();
            for (int k = 0; k < values.length; k++) {
                embedding = Math.max(embedding, Math.abs(values[k] - otherValues[k]));
            }
            affect = Math.max(affect, Math.abs(one.valence() - other.valence()));
            affect = Math.max(affect, Math.abs(one.arousal() - other.arousal()));
            cosine = Math.min(cosine, one.embedding().cosine(other.embedding()));
        }
        return new Distance(embedding, affect, cosine);
    }

    private static List<Window> sampleCalls() {
        List<Window> windows = new ArrayList<>();
        for (String call : List.of("billing", "booking", "delivery")) {
            Path file = Path.of("../../deploy/samples", call + "_customer.wav");
            float[] samples =
                    Resampler.resample(AudioFile.read(file).getFirst(), 16_000).toArray();
            for (int from = 0; from + SAMPLES <= samples.length; from += SAMPLES / 3) {
                windows.add(window(Arrays.copyOfRange(samples, from, from + SAMPLES)));
            }
        }
        return windows;
    }

    private static Window window(float[] samples) {
        return Window.of(0, samples, new WindowQuality(1, 1, 0, false));
    }

    private static float[] noise() {
        Random random = new Random(1);
        float[] samples = new float[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            samples[i] = (float) random.nextGaussian();
        }
        return samples;
    }

    private static float[] scaled(float[] samples, double gain) {
        float[] scaled = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            scaled[i] = (float) Math.clamp(gain * samples[i], -1, 1);
        }
        return scaled;
    }
}
