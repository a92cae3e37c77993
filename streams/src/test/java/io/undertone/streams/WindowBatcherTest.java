package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.schemas.Role;
import io.undertone.tag.Abstention;
import io.undertone.tag.Tag;
import io.undertone.tag.TaggingRules;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class WindowBatcherTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final FakeEncoder fake = new FakeEncoder(4);
    private final Mailbox mailbox = new Mailbox();
    private final List<WindowBatcher> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(WindowBatcher::close);
    }

    @Test
    void shouldCloseABatchWhenItIsFull() throws InterruptedException {
        WindowBatcher batcher = batcher(fake, 4, LONG, 100);

        for (int i = 0; i < 4; i++) {
            batcher.offer(window(i), mailbox);
        }

        assertThat(answers(4)).extracting(WindowBatcherTest::index).containsExactly(0L, 1L, 2L, 3L);
        assertThat(fake.batchSizes()).containsExactly(4);
    }

    @Test
    void shouldCloseABatchWhenItsOldestWindowHasWaitedForTheLinger() throws InterruptedException {
        WindowBatcher batcher = batcher(fake, 100, Duration.ofMillis(50), 100);
        long start = System.nanoTime();

        batcher.offer(window(0), mailbox);
        answers(1);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(45), Duration.ofSeconds(10));
    }

    @Test
    void shouldFillBatchesWhileTheEncoderIsBusy() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        WindowBatcher batcher = batcher(
                encoder(windows -> {
                    busy.countDown();
                    awaitQuietly(release);
                    return fake.encode(windows);
                }),
                8,
                Duration.ZERO,
                100);
        batcher.offer(window(0), mailbox);
        busy.await();
        for (int i = 1; i <= 8; i++) {
            batcher.offer(window(i), mailbox);
        }

        release.countDown();

        assertThat(answers(9)).hasSize(9);
        assertThat(fake.batchSizes()).containsExactly(1, 8);
    }

    @Test
    void shouldSayThatThereIsNoRoomInsteadOfBlocking() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        WindowBatcher batcher = batcher(
                encoder(windows -> {
                    busy.countDown();
                    awaitQuietly(release);
                    return fake.encode(windows);
                }),
                1,
                Duration.ZERO,
                2);
        batcher.offer(window(0), mailbox);
        busy.await();

        assertThat(batcher.offer(window(1), mailbox)).isTrue();
        assertThat(batcher.offer(window(2), mailbox)).isTrue();
        assertThat(batcher.offer(window(3), mailbox)).isFalse();
        release.countDown();
        assertThat(answers(3)).hasSize(3);
    }

    @Test
    void shouldTryTheMembersOfAFailedBatchOneByOne() throws InterruptedException {
        WindowBatcher batcher = batcher(
                encoder(windows -> {
                    if (windows.stream().anyMatch(window -> window.index() == 1)) {
                        throw new EncodingException("bad window", new IllegalStateException("1"), false);
                    }
                    return fake.encode(windows);
                }),
                3,
                LONG,
                100);

        for (int i = 0; i < 3; i++) {
            batcher.offer(window(i), mailbox);
        }

        List<EncodeResult> answers = answers(3);
        assertThat(answers).extracting(WindowBatcherTest::index).containsExactly(0L, 1L, 2L);
        assertThat(answers.get(0)).isInstanceOf(EncodeResult.Encoded.class);
        assertThat(answers.get(1)).isInstanceOf(EncodeResult.Failed.class);
        assertThat(answers.get(2)).isInstanceOf(EncodeResult.Encoded.class);
    }

    @Test
    void shouldNotTakeNumbersThatAreNone() throws InterruptedException {
        WindowBatcher batcher = batcher(
                encoder(windows -> windows.stream()
                        .map(window -> window.index() == 0
                                ? new Encoding(fake.encode(window).embedding(), Double.NaN, 0)
                                : fake.encode(window))
                        .toList()),
                2,
                LONG,
                100);

        batcher.offer(window(0), mailbox);
        batcher.offer(window(1), mailbox);

        assertThat(answers(2))
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(EncodeResult.Failed.class),
                        second -> assertThat(second).isInstanceOf(EncodeResult.Encoded.class));
    }

    @Test
    void shouldNotTakeFewerAnswersThanWindows() throws InterruptedException {
        WindowBatcher batcher = batcher(encoder(windows -> List.of()), 1, LONG, 100);

        batcher.offer(window(0), mailbox);

        assertThat(answers(1).getFirst()).isInstanceOf(EncodeResult.Failed.class);
    }

    @Test
    void shouldSayThatTheDeviceWasLost() throws InterruptedException {
        CountDownLatch lost = new CountDownLatch(1);
        WindowBatcher batcher = batcher(
                encoder(windows -> {
                    lost.countDown();
                    throw new EncodingException("poisoned", new IllegalStateException("CUDA"), true);
                }),
                1,
                LONG,
                100);

        batcher.offer(window(0), mailbox);
        lost.await();

        assertThatThrownBy(() -> {
                    while (true) {
                        batcher.check();
                        Thread.onSpinWait();
                    }
                })
                .isInstanceOf(EncoderLostException.class)
                .hasRootCauseMessage("CUDA");
    }

    @Test
    void shouldSayThatTheEncoderHangsAndNotWaitForItAtTheEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        WindowBatcher.Rules rules = new WindowBatcher.Rules(1, Duration.ZERO, 100, Duration.ofMillis(300));
        WindowBatcher batcher = batcher(
                encoder(windows -> {
                    awaitWhateverComes(never);
                    return fake.encode(windows);
                }),
                rules);

        batcher.offer(window(0), mailbox);

        assertThatThrownBy(() -> {
                    while (true) {
                        batcher.check();
                        Thread.onSpinWait();
                    }
                })
                .isInstanceOf(EncoderLostException.class)
                .hasStackTraceContaining("the encoder (fake) did not come back from a run within 0 s")
                .hasStackTraceContaining("awaitWhateverComes"); // where it hangs
        assertThat(batcher.isLost()).isTrue();
        long start = System.nanoTime();
        batcher.close();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        never.countDown();
    }

    @Test
    void shouldNotEncodeForOwnersThatAreGone() throws InterruptedException {
        WindowBatcher batcher = batcher(fake, 3, Duration.ofMillis(200), 100);
        Mailbox gone = new Mailbox();
        batcher.offer(window(0), gone);
        batcher.offer(window(1), mailbox);

        gone.close();

        assertThat(answers(1)).extracting(WindowBatcherTest::index).containsExactly(1L);
        assertThat(fake.batchSizes()).containsExactly(1);
    }

    @Test
    void shouldAnswerWindowsInWhichTheDetectorHearsNobodyWithoutEncodingThem() throws InterruptedException {
        WindowBatcher batcher = batcher(new OddOnesSpeak(fake), 4, LONG, 100);
        for (int i = 0; i < 4; i++) {
            batcher.offer(window(i), mailbox);
        }

        Map<Long, EncodeResult> answers = new TreeMap<>();
        answers(4).forEach(answer -> answers.put(index(answer), answer));

        assertThat(answers.get(0L))
                .isInstanceOfSatisfying(
                        EncodeResult.Unspoken.class,
                        unspoken -> assertThat(unspoken.tag())
                                .isEqualTo(new Tag.Abstained(
                                        0, new WindowQuality(0.1, 1, 0, false), Abstention.NO_SPEECH)));
        assertThat(answers.get(1L))
                .isInstanceOfSatisfying(
                        EncodeResult.Encoded.class,
                        encoded -> assertThat(encoded.heard().quality().speechRatio())
                                .isEqualTo(0.7));
        assertThat(answers.get(2L)).isInstanceOf(EncodeResult.Unspoken.class);
        assertThat(answers.get(3L)).isInstanceOf(EncodeResult.Encoded.class);
        assertThat(fake.batchSizes()).as("the two that are left go together").containsExactly(2);
    }

    /// Hears 0.7 of speech in windows of odd indices, and 0.1 in the others.
    private record OddOnesSpeak(AudioEncoder encoder) implements AudioEncoder {

        @Override
        public List<Window> listen(List<Window> windows) {
            return windows.stream()
                    .map(window -> window.withSpeechRatio(window.index() % 2 == 1 ? 0.7 : 0.1))
                    .toList();
        }

        @Override
        public List<Encoding> encode(List<Window> windows) {
            return encoder.encode(windows);
        }

        @Override
        public String device() {
            return encoder.device();
        }

        @Override
        public void close() {}
    }

    private WindowBatcher batcher(AudioEncoder encoder, int maxBatch, Duration linger, int queueBound) {
        return batcher(encoder, new WindowBatcher.Rules(maxBatch, linger, queueBound, Duration.ofMinutes(1)));
    }

    private WindowBatcher batcher(AudioEncoder encoder, WindowBatcher.Rules rules) {
        WindowBatcher batcher = WindowBatcher.start(encoder, rules, new TaggerCounters(), System::nanoTime);
        opened.add(batcher);
        return batcher;
    }

    private List<EncodeResult> answers(int count) throws InterruptedException {
        List<EncodeResult> answers = new ArrayList<>();
        while (answers.size() < count) {
            mailbox.await(Duration.ofSeconds(1));
            answers.addAll(mailbox.takeAll());
        }
        return answers;
    }

    private static long index(EncodeResult answer) {
        return answer.pending().window().index();
    }

    private static PendingWindow window(long index) {
        WindowSpec spec = new WindowSpec(16_000, 1600, 1600);
        WindowingLimits limits = new WindowingLimits(Duration.ofSeconds(2), 1000, Duration.ofSeconds(1), 100);
        LiveChannel.Scored channel = LiveChannel.Scored.begin(
                new ChannelId("call", "customer"),
                Role.CUSTOMER,
                new Ledger(null),
                ChannelWindower.start(spec, limits),
                0);
        float[] samples = new float[1600];
        samples[0] = index * 0.01f;
        return new PendingWindow(
                channel,
                Window.of(index, samples, new WindowQuality(1, 1, 0, false)),
                TestTagging.of(TaggingRules.defaults()));
    }

    private static AudioEncoder encoder(Function<List<Window>, List<Encoding>> function) {
        return new AudioEncoder() {
            @Override
            public List<Encoding> encode(List<Window> windows) {
                return function.apply(windows);
            }

            @Override
            public String device() {
                return "fake";
            }

            @Override
            public void close() {}
        };
    }

    /// As native code does: not to be interrupted.
    private static void awaitWhateverComes(CountDownLatch latch) {
        boolean waiting = true;
        while (waiting) {
            try {
                latch.await();
                waiting = false;
            } catch (InterruptedException _) {
                // goes on waiting
            }
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
