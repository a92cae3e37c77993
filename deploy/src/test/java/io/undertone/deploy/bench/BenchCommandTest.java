package io.undertone.deploy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.deploy.TestCommandLine;
import io.undertone.model.TestBundles;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BenchCommandTest {

    @Test
    void shouldSayInOneLineThatThereIsNoGpu() {
        TestCommandLine.Result result = bench("--device=cuda:0", "--parts=batches");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("undertone: inference device cuda:0 cannot be used: ");
        assertThat(result.err().lines()).hasSize(1);
    }

    @Test
    void shouldWantThePeakForLiveLoad() {
        TestCommandLine.Result result = bench("--parts=latency");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("--parts must have 'peak' too");
    }

    @Test
    void shouldRefuseChunksThatDoNotDivideTheVoice() {
        assertThat(bench("--chunk-ms=220").err()).contains("--chunk-ms must be a multiple of 20 ms", "220");
    }

    @Test
    void shouldRefuseNumbersOutOfRange() {
        assertThat(bench("--calls=0").err()).contains("--calls must be in [1, 20000]: 0");
        assertThat(bench("--speech=1.5").err()).contains("--speech must be in", "1.5");
    }

    @Test
    void shouldNameThePrecisions() {
        TestCommandLine.Result result = bench("--precision=float8");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("--precision", "FLOAT32, FLOAT16", "float8");
    }

    @Test
    void shouldAskForADevice() {
        assertThat(bench("--device=auto").err()).contains("--device must be cpu or cuda:N: 'auto'");
    }

    private static TestCommandLine.Result bench(String... options) {
        return TestCommandLine.run(
                Stream.concat(Stream.of("bench", "--bundle=" + TestBundles.tiny()), Stream.of(options))
                        .toArray(String[]::new));
    }
}
