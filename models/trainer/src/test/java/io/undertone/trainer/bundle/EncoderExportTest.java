package io.undertone.trainer.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.trainer.TrainerMain;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.EncoderSpec;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What DJL trained and what ONNX Runtime runs must be the same function.
class EncoderExportTest {

    private static final EncoderSpec SPEC = new EncoderSpec(List.of(8, 12, 16, 24), 32, 16, 24, 20, 28);

    private static NDManager manager;
    private static Networks networks;

    @BeforeAll
    static void open() {
        TrainerMain.singleThreaded();
        manager = NDManager.newBaseManager();
        networks = Networks.create(manager, SPEC, 48_000, 5, 0, 3);
        SplittableRandom random = new SplittableRandom(4);
        for (String name : networks.weights().names()) {
            // as after training: nothing stays at its start value
            if (name.endsWith(".mean") || name.endsWith(".bias") || name.endsWith(".beta") || name.equals("affect")) {
                networks.weights().set(name, drawn(networks.weights().values(name).length, 0, random));
            } else if (name.endsWith(".var") || name.endsWith(".gamma")) {
                networks.weights().set(name, drawn(networks.weights().values(name).length, 1.5f, random));
            }
        }
    }

    @AfterAll
    static void close() {
        networks.close();
        manager.close();
    }

    @Test
    void shouldEncodeAudioAsDjlDoes() throws OrtException {
        for (int samples : new int[] {48_000, 16_000, 31_999}) {
            for (int batch : new int[] {1, 3}) {
                float[] waveforms = drawn(batch * samples, 0, new SplittableRandom(samples + batch));
                java.util.Arrays.fill(waveforms, samples / 2, samples, 0); // padding
                Map<String, float[]> onnx =
                        run(EncoderExport.audioEncoder(networks), "waveform", waveforms, batch, samples);
                try (NDManager step = manager.newSubManager()) {
                    DjlOps ops = new DjlOps(networks.weights(), false);
                    NDArray features = networks.encoder().apply(ops, step.create(waveforms, new Shape(batch, samples)));
                    float[] embedding = Heads.project(ops, features, Networks.AUDIO_PROJECTION)
                            .toFloatArray();
                    assertThat(onnx.get("embedding")).containsExactly(embedding, within(1e-4f));
                    assertThat(onnx.get("affect"))
                            .containsExactly(Heads.affect(ops, features).toFloatArray(), within(1e-4f));
                }
            }
        }
    }

    @Test
    void shouldProjectTextAsDjlDoes() throws OrtException {
        float[] text = drawn(4 * Networks.TEXT_DIM, 0, new SplittableRandom(9));
        Map<String, float[]> onnx = run(EncoderExport.textProjection(networks), "text", text, 4, Networks.TEXT_DIM);
        try (NDManager step = manager.newSubManager()) {
            NDArray vectors = step.create(text, new Shape(4, Networks.TEXT_DIM));
            float[] embedding = Heads.project(new DjlOps(networks.weights(), false), vectors, Networks.TEXT_PROJECTION)
                    .toFloatArray();
            assertThat(onnx.get("embedding")).containsExactly(embedding, within(1e-4f));
        }
    }

    @Test
    void shouldNotHearTheLevel() throws OrtException {
        float[] loud = drawn(48_000, 0, new SplittableRandom(1));
        float[] quiet = loud.clone();
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] *= 0.1f;
        }
        byte[] model = EncoderExport.audioEncoder(networks);
        assertThat(run(model, "waveform", quiet, 1, 48_000).get("embedding"))
                .containsExactly(run(model, "waveform", loud, 1, 48_000).get("embedding"), within(1e-3f));
    }

    @Test
    void shouldGiveFiniteNumbersForDigitalSilence() throws OrtException {
        Map<String, float[]> outputs =
                run(EncoderExport.audioEncoder(networks), "waveform", new float[48_000], 1, 48_000);
        assertThat(outputs).hasSize(2).allSatisfy((_, values) -> {
            for (float value : values) {
                assertThat(value).isFinite();
            }
        });
    }

    @Test
    void shouldUseTheStandardOperatorsOnly() throws Exception {
        OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(EncoderExport.audioEncoder(networks));
        assertThat(model.getGraph().getNodeList())
                .allSatisfy(node -> assertThat(node.getDomain()).isEmpty());
        assertThat(model.getOpsetImportList()).hasSize(1);
        assertThat(model.getGraph().getInitializerList())
                .allSatisfy(tensor -> assertThat(tensor.getExternalDataCount()).isZero());
    }

    private static float[] drawn(int count, float around, SplittableRandom random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = around + 0.2f * (float) random.nextGaussian();
        }
        return values;
    }

    private static OrtSession.SessionOptions oneThread() throws OrtException {
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(1);
        options.setInterOpNumThreads(1);
        return options;
    }

    private static Map<String, float[]> run(byte[] model, String input, float[] values, int batch, int length)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (var options = oneThread();
                OrtSession session = environment.createSession(model, options);
                OnnxTensor tensor =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), new long[] {batch, length});
                var result = session.run(Map.of(input, tensor))) {
            Map<String, float[]> outputs = new java.util.LinkedHashMap<>();
            for (var entry : result) {
                FloatBuffer buffer = ((OnnxTensor) entry.getValue()).getFloatBuffer();
                float[] out = new float[buffer.remaining()];
                buffer.get(out);
                outputs.put(entry.getKey(), out);
            }
            return outputs;
        }
    }
}
