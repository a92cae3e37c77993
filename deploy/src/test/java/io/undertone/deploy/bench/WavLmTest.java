package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import io.undertone.model.TestBundles;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WavLmTest {

    static final WavLm.Spec TINY = new WavLm.Spec(8, 32, 2, 2, 48, 16);
    private static final int SAMPLES = 4_000;

    @Test
    void shouldCutAWindowIntoTheFramesOfWavLm() {
        assertThat(WavLm.frames(16_000)).isEqualTo(49);
        assertThat(WavLm.frames(48_000)).isEqualTo(149);
    }

    @Test
    void shouldGiveADirectionAndAnAffect() {
        byte[] model = WavLm.write(TINY, SAMPLES, 1);
        float[] waveforms = Arrays.copyOf(TestBundles.hum(SAMPLES, 0.5), 2 * SAMPLES); // the second is silent

        try (OnnxFunction encoder = OnnxFunction.open("wavlm", model, 1)) {
            Tensor embedding = encoder.run("waveform", Tensor.of(waveforms, 2, SAMPLES), "embedding");
            Tensor affect = encoder.run("waveform", Tensor.of(waveforms, 2, SAMPLES), "affect");

            assertThat(embedding.shape()).containsExactly(2, 16);
            float[] values = embedding.values();
            assertThat(squares(values, 0, 16)).isEqualTo(1, within(1e-4));
            assertThat(squares(values, 16, 32)).isEqualTo(1, within(1e-4));
            assertThat(Arrays.copyOf(values, 16)).isNotEqualTo(Arrays.copyOfRange(values, 16, 32));
            assertThat(affect.shape()).containsExactly(2, 2);
            for (float value : affect.values()) {
                assertThat(value).isBetween(-1f, 1f);
            }
        }
    }

    private static double squares(float[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i] * values[i];
        }
        return sum;
    }

    @Test
    void shouldBeTheSameForTheSameSeed() {
        assertThat(WavLm.write(TINY, SAMPLES, 7))
                .isEqualTo(WavLm.write(TINY, SAMPLES, 7))
                .isNotEqualTo(WavLm.write(TINY, SAMPLES, 8));
    }

    /// The formulas are held against a small graph, then say of the large one what is written of WavLM base.
    @Test
    void shouldBeAsLargeAsWavLmBase() throws Exception {
        ModelProto model = ModelProto.parseFrom(WavLm.write(TINY, SAMPLES, 1));
        long stored = model.getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber())
                .filter(tensor -> tensor.getDimsCount() > 0) // numbers in between are no parameters
                .mapToLong(tensor -> tensor.getDimsList().stream().reduce(1L, Math::multiplyExact))
                .sum();

        assertThat(stored).isEqualTo(parameters(TINY));
        assertThat(WavLm.graph(TINY, SAMPLES, 1).multiplyAdds()).hasValue(multiplyAdds(TINY, SAMPLES));
        assertThat(parameters(WavLm.Spec.BASE)).isBetween(94_300_000L, 94_600_000L);
        assertThat(multiplyAdds(WavLm.Spec.BASE, 48_000)).isBetween(21_000_000_000L, 21_500_000_000L);
    }

    private static long parameters(WavLm.Spec spec) {
        long c = spec.channels();
        long w = spec.width();
        long convolutions = 10 * c + 4 * 3 * c * c + 2 * 2 * c * c + 2 * c;
        long projection = 2 * c + c * w + w;
        long positions = w * (w / 16) * 128 + w + 2 * w + 320L * spec.heads();
        long gates = w / spec.heads() * 8 + 8 + spec.heads();
        long attention = 4 * (w * w + w) + gates + 2 * w;
        long feedForward = 2 * w * spec.inner() + spec.inner() + w + 2 * w;
        long heads = w * spec.dim() + spec.dim() + w * 2 + 2;
        return convolutions + projection + positions + spec.layers() * (attention + feedForward) + heads;
    }

    private static long multiplyAdds(WavLm.Spec spec, long samples) {
        long c = spec.channels();
        long w = spec.width();
        long frames = (samples - 10) / 5 + 1;
        long sum = frames * c * 10;
        for (int kernel : new int[] {3, 3, 3, 3, 2, 2}) {
            frames = (frames - kernel) / 2 + 1;
            sum += frames * c * c * kernel;
        }
        sum += frames * c * w + (frames + 1) * w * (w / 16) * 128;
        long layer = frames * (4 * w * w + 2 * w * spec.inner() + w * 8) + 2 * frames * frames * w;
        return sum + spec.layers() * layer + w * spec.dim() + w * 2;
    }

    /// As far as the table of distances goes: 80 one by one to either side, the rest in the logarithm, up to 800.
    @Test
    void shouldTellNearDistancesOneByOneAndFarOnesRoughly() {
        assertThat(WavLm.bucket(0)).isZero();
        assertThat(WavLm.bucket(-79)).isEqualTo(79);
        assertThat(WavLm.bucket(79)).isEqualTo(160 + 79);
        assertThat(WavLm.bucket(-80)).isEqualTo(80);
        assertThat(WavLm.bucket(-90)).isEqualTo(84);
        assertThat(WavLm.bucket(-800)).isEqualTo(159);
        assertThat(WavLm.bucket(5_000)).isEqualTo(319);
    }
}
