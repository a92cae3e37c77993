package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.undertone.model.TestBundles;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Bundles that are to take the place of the tiny one, version 0.1.0.
@Timeout(120)
final class BundleSwapTest {

    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TaggerCounters counters = new TaggerCounters();
    private final UndertoneConfig config = UndertoneConfig.parse(
                    "{bundle: unused, inference: {device: cpu, threads: 1}}", "test")
            .withBundle(TestBundles.tiny());
    private final Model model = Model.open(config);
    private final LiveTagging live = new LiveTagging(
            model.tagging(),
            "default",
            "prompt-banks",
            TopologyHarness.SERDES.deserializer(PromptBankRecord.class),
            counters);
    private final Encoders encoders = new Encoders(
            encoder -> WindowBatcher.start(
                    encoder,
                    new WindowBatcher.Rules(4, Duration.ZERO, 100, Duration.ofMinutes(1)),
                    counters,
                    System::nanoTime),
            model.tagging(),
            model.openEncoder(),
            model);
    private final BundleSwap swap = new BundleSwap(config, live, encoders, counters, model.digest());

    @BeforeEach
    void listen() {
        log.start();
        logger().addAppender(log);
    }

    @AfterEach
    void close() {
        logger().detachAppender(log);
        encoders.close();
    }

    @Test
    void shouldTakeAnotherVersionAndTheOneBeforeAgain() throws Exception {
        swap.take(bundle("next", "\"0.1.0\"", "\"0.2.0\""));
        assertThat(version()).isEqualTo("0.2.0");
        swap.take(TestBundles.tiny());

        assertThat(version()).isEqualTo("0.1.0");
        assertThat(counters.snapshot().bundlesSwapped()).isEqualTo(2);
        assertThat(counters.snapshot().bundlesRefused()).isZero();
        while (encoders.open() > 1) {
            Thread.sleep(5); // the test's own time-out ends it
        }
    }

    @Test
    void shouldDoNothingAboutTheBundleThatIsInUse() throws Exception {
        swap.take(TestBundles.copyTiny(folder.resolve("copy")));

        assertThat(live.current()).isEqualTo(model.tagging());
        assertThat(counters.snapshot().bundlesSwapped() + counters.snapshot().bundlesRefused())
                .isZero();
    }

    @Test
    void shouldRefuseABundleWhoseGoldenWindowFails() throws Exception {
        swap.take(bundle("hot", "\"temperature\" : ", "\"temperature\" : 9"));

        assertRefused("golden");
    }

    @Test
    void shouldRefuseOtherWindowsAndNameBoth() throws Exception {
        swap.take(bundle("often", "\"hopSamples\" : 16000", "\"hopSamples\" : 8000"));

        assertRefused("its windows are 48000 samples every 8000 at 16000 Hz, those of the calls that run"
                + " 48000 samples every 16000 at 16000 Hz; that wants a restart");
    }

    @Test
    void shouldRefuseOtherContentUnderTheSameNameAndVersion() throws Exception {
        swap.take(bundle("same", "\"Apache-2.0\"", "\"MIT\""));

        assertRefused("its content differs from that of the bundle in use, its name and version do not: 'tiny 0.1.0'");
    }

    @Test
    void shouldRefuseAHalfCopiedBundleAndTakeItOnceItIsComplete() throws Exception {
        Path place = TestBundles.copyTiny(folder.resolve("place"));
        Path next = bundle("next", "\"0.1.0\"", "\"0.2.0\"");
        BundleWatch watch = new BundleWatch(place);
        byte[] whole = Files.readAllBytes(next.resolve("text-projection.onnx"));
        byte[] half = new byte[whole.length / 2];
        System.arraycopy(whole, 0, half, 0, half.length);

        Files.copy(next.resolve("manifest.json"), place.resolve("manifest.json"), StandardCopyOption.REPLACE_EXISTING);
        Files.write(place.resolve("text-projection.onnx"), half);
        look(watch);
        assertRefused("text-projection.onnx was changed: its sha256 is");
        Files.write(place.resolve("text-projection.onnx"), whole);
        look(watch);

        assertThat(version()).isEqualTo("0.2.0");
        assertThat(counters.snapshot().bundlesSwapped()).isEqualTo(1);
    }

    private void look(BundleWatch watch) throws InterruptedException {
        watch.look(swap::take);
        watch.look(swap::take);
    }

    private void assertRefused(String why) {
        assertThat(live.current()).isEqualTo(model.tagging());
        assertThat(encoders.open()).isEqualTo(1);
        assertThat(counters.snapshot().bundlesRefused()).isEqualTo(1);
        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(line -> assertThat(line)
                        .contains("was refused, tiny 0.1.0 stays: ")
                        .contains(why));
    }

    private String version() {
        return live.current().model().getVersion();
    }

    /// The tiny bundle with one change to its manifest.
    private Path bundle(String name, String from, String to) throws IOException {
        Path copy = TestBundles.copyTiny(folder.resolve(name));
        Path manifest = copy.resolve("manifest.json");
        String text = Files.readString(manifest);
        assertThat(text).contains(from);
        Files.writeString(manifest, text.replaceFirst(Pattern.quote(from), to));
        return copy;
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(BundleSwap.class);
    }
}
