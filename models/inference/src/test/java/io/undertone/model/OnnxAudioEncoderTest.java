package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class OnnxAudioEncoderTest {

    private static final int SAMPLES = 4;

    private final FakeSession cpu = new FakeSession("cpu", false);
    private final FakeSession gpu = new FakeSession("cuda:0", true);
    private final AtomicInteger cpuSessions = new AtomicInteger();

    @Test
    void shouldGiveOneEncodingAWindowInOrder() {
        List<Encoding> encodings = encoder(cpu).encode(windows(5));

        assertThat(encodings).extracting(Encoding::valence).containsExactly(0.0, 0.125, 0.25, 0.375, 0.5);
        assertThat(encodings.getFirst().embedding().toArray()).containsExactly(new float[] {0.6f, 0.8f}, within(1e-6f));
        assertThat(cpu.batches).containsExactly(5);
    }

    @Test
    void shouldFillBatchesUpToFixedSizesOnAGpu() {
        OnnxAudioEncoder encoder = encoder(gpu);
        for (int windows : List.of(1, 3, 9, 32)) {
            assertThat(encoder.encode(windows(windows))).hasSize(windows);
        }
        assertThat(gpu.batches).containsExactly(1, 4, 16, 32);
    }

    @Test
    void shouldRunAsManyWindowsAtOnceAsItWasAllowed() {
        List<Encoding> encodings = encoder(gpu, 128).encode(windows(100));

        assertThat(encodings)
                .extracting(Encoding::valence)
                .containsExactlyElementsOf(encoder(cpu, 1).encode(windows(100)).stream()
                        .map(Encoding::valence)
                        .toList());
        assertThat(gpu.batches).containsExactly(128);

        assertThat(encoder(cpu, 128).encode(windows(100))).hasSize(100);
        assertThat(cpu.batches).hasSize(101).endsWith(100);
    }

    @Test
    void shouldFillNoBatchBeyondALimitThatIsNoPowerOfTwo() {
        OnnxAudioEncoder encoder = encoder(gpu, 100);
        for (int windows : List.of(64, 65, 100, 130)) {
            assertThat(encoder.encode(windows(windows))).hasSize(windows);
        }
        assertThat(gpu.batches).containsExactly(64, 100, 100, 100, 32);
    }

    @Test
    void shouldSplitMoreWindowsThanABatchHolds() {
        assertThat(encoder(cpu).encode(windows(70))).hasSize(70);
        assertThat(cpu.batches).containsExactly(32, 32, 6);
    }

    @Test
    void shouldWarmUpEveryBatchSizeOfAGpu() {
        encoder(gpu).warmUp();
        assertThat(gpu.batches).containsExactly(1, 2, 4, 8, 16, 32);

        gpu.batches.clear();
        encoder(gpu, 100).warmUp();
        assertThat(gpu.batches).containsExactly(1, 2, 4, 8, 16, 32, 64, 100);
    }

    @Test
    void shouldWarmUpACpuWithOneWindow() {
        encoder(cpu, 128).warmUp();
        assertThat(cpu.batches).containsExactly(1);
    }

    @Test
    void shouldAllow32WindowsARunUnlessToldOtherwise() {
        assertThat(InferenceOptions.defaults()).isEqualTo(new InferenceOptions(0, false, 32));
        assertThatThrownBy(() -> new InferenceOptions(0, false, 1025))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBatch must be in [1, 1024]: 1025");
    }

    @Test
    void shouldTryAFailedRunOnceOnTheCpu() {
        gpu.failure = "out of memory";
        OnnxAudioEncoder encoder = encoder(gpu);

        assertThat(encoder.encode(windows(3))).extracting(Encoding::valence).containsExactly(0.0, 0.125, 0.25);
        assertThat(encoder.encode(windows(1))).hasSize(1);

        assertThat(cpu.batches).containsExactly(4, 1);
        assertThat(cpuSessions).as("the CPU session is made once").hasValue(1);
    }

    @Test
    void shouldFailWhenTheCpuFailsToo() {
        gpu.failure = "out of memory";
        cpu.failure = "broken";
        assertThatThrownBy(() -> encoder(gpu).encode(windows(1)))
                .isInstanceOf(EncodingException.class)
                .hasMessageContainingAll("(cpu, 1 windows)", "broken")
                .extracting("deviceLost", InstanceOfAssertFactories.BOOLEAN)
                .isFalse();
    }

    @Test
    void shouldReportALostDeviceAtOnce() {
        gpu.failure = "CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; expr=cudaStreamSynchronize";
        assertThatThrownBy(() -> encoder(gpu).encode(windows(1)))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("the device is lost for this process (cuda:0")
                .extracting("deviceLost", InstanceOfAssertFactories.BOOLEAN)
                .isTrue();
        assertThat(cpu.batches).isEmpty();
    }

    @Test
    void shouldNotTakeAFullMemoryForALostDevice() {
        gpu.failure = "CUDA failure 2: out of memory ; GPU=0";
        assertThat(encoder(gpu).encode(windows(1))).hasSize(1);
    }

    @Test
    void shouldRefuseResultsThatAreNoNumbers() {
        cpu.valence = Float.NaN;
        assertThatThrownBy(() -> encoder(cpu).encode(windows(1)))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("no usable result for window 0: valence NaN");
        cpu.valence = 0;
        cpu.embedding = new float[] {Float.POSITIVE_INFINITY, 0};
        assertThatThrownBy(() -> encoder(cpu).encode(windows(1)))
                .isInstanceOf(EncodingException.class)
                .hasMessageContaining("must be finite");
    }

    @Test
    void shouldClampAffect() {
        cpu.valence = 1.5f;
        assertThat(encoder(cpu).encode(windows(1)).getFirst().valence()).isEqualTo(1);
    }

    @Test
    void shouldRefuseAWindowOfAnotherLength() {
        Window longer = Window.of(7, new float[SAMPLES + 1], new WindowQuality(1, 1, 0, false));
        assertThatThrownBy(() -> encoder(cpu).encode(List.of(longer)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window 7 must have 4 samples: 5");
    }

    private OnnxAudioEncoder encoder(EncoderSession session) {
        return encoder(session, InferenceOptions.MAX_BATCH);
    }

    private OnnxAudioEncoder encoder(EncoderSession session, int maxBatch) {
        return new OnnxAudioEncoder(
                session,
                () -> {
                    cpuSessions.incrementAndGet();
                    return cpu;
                },
                SAMPLES,
                2,
                maxBatch);
    }

    /// The first sample of window i is i / 8: the fake gives it back as valence.
    private static List<Window> windows(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Window.of(i, new float[] {i % 8 / 8f, 0, 0, 0}, new WindowQuality(1, 1, 0, false)))
                .toList();
    }

    private static final class FakeSession implements EncoderSession {

        private final String device;
        private final boolean fixedBatches;
        private final List<Integer> batches = new ArrayList<>();
        private String failure = "";
        private float[] embedding = {3, 4};
        private float valence;

        private FakeSession(String device, boolean fixedBatches) {
            this.device = device;
            this.fixedBatches = fixedBatches;
        }

        @Override
        public void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects)
                throws OrtException {
            if (!failure.isEmpty()) {
                throw new OrtException(failure);
            }
            batches.add(batch);
            for (int row = 0; row < batch; row++) {
                embeddings.put(row * 2, embedding);
                affects.put(row * 2, waveforms.get(row * SAMPLES) + valence);
                affects.put(row * 2 + 1, 0);
            }
        }

        @Override
        public String device() {
            return device;
        }

        @Override
        public boolean fixedBatches() {
            return fixedBatches;
        }

        @Override
        public void close() {}
    }
}
