package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.schemas.Role;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class EncodersTest {

    private static final Tagging OLD = TestTagging.version("1", TestTagging.ANY_SOUND);
    private static final Tagging NEW = TestTagging.version("2", TestTagging.ANY_SOUND);

    private final Mailbox mailbox = new Mailbox();
    private final Gated oldEncoder = new Gated(1);
    private final Gated newEncoder = new Gated(2);
    private final CountDownLatch oldClosed = new CountDownLatch(1);
    private final Encoders encoders = new Encoders(
            encoder -> WindowBatcher.start(
                    encoder,
                    new WindowBatcher.Rules(4, Duration.ZERO, 100, Duration.ofMinutes(1)),
                    new TaggerCounters(),
                    System::nanoTime),
            OLD,
            oldEncoder,
            oldClosed::countDown);

    @AfterEach
    void close() {
        oldEncoder.gate.release(1000);
        newEncoder.gate.release(1000);
        encoders.close();
    }

    @Test
    void shouldAnswerEachWindowWithTheEncoderOfItsBundle() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(encoders.offer(window(i, OLD), mailbox)).isTrue();
        }
        swap();
        for (int i = 5; i < 8; i++) {
            assertThat(encoders.offer(window(i, NEW), mailbox)).isTrue();
        }
        newEncoder.gate.release(10);
        List<EncodeResult> answers = new ArrayList<>(answers(3));
        assertThat(answers).allMatch(answer -> answer.pending().tagging().sameBundle(NEW));
        oldEncoder.gate.release(10);
        answers.addAll(answers(5));

        assertThat(answers).allSatisfy(answer -> {
            double bundle = answer.pending().tagging().sameBundle(OLD) ? 0.1 : 0.2;
            assertThat(((EncodeResult.Encoded) answer).encoding().valence()).isEqualTo(bundle);
        });
        assertThat(oldEncoder.seen).hasSize(5);
        assertThat(newEncoder.seen).hasSize(3);
    }

    @Test
    void shouldCloseTheBundleBeforeOnceItsLastWindowWasAnswered() throws Exception {
        encoders.offer(window(0, OLD), mailbox);
        encoders.offer(window(1, OLD), mailbox);
        swap();
        newEncoder.gate.release(10);
        encoders.offer(window(2, NEW), mailbox);
        answers(1);

        assertThat(encoders.open()).isEqualTo(2);
        assertThat(oldEncoder.closed).isFalse();
        assertThat(oldClosed.getCount()).isEqualTo(1);
        oldEncoder.gate.release(10);
        oldClosed.await();

        assertThat(answers(2)).hasSize(2);
        assertThat(oldEncoder.closed).isTrue();
        assertThat(newEncoder.closed).isFalse();
        assertThat(encoders.open()).isEqualTo(1);
    }

    @Test
    void shouldTakeNoWindowOfABundleThatIsNotInUse() throws Exception {
        assertThat(encoders.offer(window(0, NEW), mailbox)).isFalse();
        swap();

        assertThat(encoders.offer(window(1, OLD), mailbox)).isFalse();
    }

    @Test
    void shouldKeepTheBundleWhenTheChangeFails() {
        assertThatThrownBy(() -> encoders.swap(NEW, newEncoder, () -> {}, () -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");

        assertThat(newEncoder.closed).isTrue();
        assertThat(encoders.offer(window(0, OLD), mailbox)).isTrue();
        assertThat(encoders.offer(window(1, NEW), mailbox)).isFalse();
    }

    @Test
    void shouldSeeThatTheEncoderOfABundleBeforeIsLost() throws Exception {
        oldEncoder.lost = true;
        encoders.offer(window(0, OLD), mailbox);
        swap();
        encoders.check();
        oldEncoder.gate.release(10);
        while (!encoders.isLost()) {
            Thread.sleep(5); // the test's own time-out ends it
        }

        assertThatThrownBy(encoders::check).isInstanceOf(EncoderLostException.class);
    }

    @Test
    void shouldAnswerEveryWindowThatItTookWhileBundlesAreSwapped() throws Exception {
        oldEncoder.gate.release(1_000_000);
        int swaps = 20;
        List<PendingWindow> accepted = new ArrayList<>();
        List<Tagging> taggings = new ArrayList<>(List.of(OLD));
        CountDownLatch done = new CountDownLatch(1);
        Thread offering = Thread.ofPlatform().start(() -> {
            for (long index = 0; done.getCount() > 0; index++) {
                Tagging now;
                synchronized (taggings) {
                    now = taggings.getLast();
                }
                PendingWindow window = window(index, now);
                if (encoders.offer(window, mailbox)) {
                    accepted.add(window);
                }
            }
        });

        for (int i = 0; i < swaps; i++) {
            Tagging next = TestTagging.version("next-" + i, TestTagging.ANY_SOUND);
            Gated encoder = new Gated(3 + i);
            encoder.gate.release(1_000_000);
            encoders.swap(next, encoder, () -> {}, () -> {
                synchronized (taggings) {
                    taggings.add(next);
                }
            });
        }
        done.countDown();
        offering.join();
        List<EncodeResult> answers = answers(accepted.size());

        assertThat(answers).extracting(EncodeResult::pending).containsExactlyInAnyOrderElementsOf(accepted);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(
                                ((EncodeResult.Encoded) answer).encoding().valence())
                        .isEqualTo((taggings.indexOf(answer.pending().tagging())
                                        + (answer.pending().tagging().sameBundle(OLD) ? 1 : 2))
                                / 10.0
                                % 1));
    }

    private void swap() throws InterruptedException {
        encoders.swap(NEW, newEncoder, () -> {}, () -> {});
    }

    private List<EncodeResult> answers(int count) throws InterruptedException {
        List<EncodeResult> answers = new ArrayList<>();
        while (answers.size() < count) {
            mailbox.await(Duration.ofSeconds(1));
            answers.addAll(mailbox.takeAll());
        }
        return answers;
    }

    private static PendingWindow window(long index, Tagging tagging) {
        LiveChannel.Scored channel = LiveChannel.Scored.begin(
                new ChannelId("call", "customer"),
                Role.CUSTOMER,
                new Ledger(null),
                ChannelWindower.start(tagging.spec(), tagging.limits()),
                0);
        return new PendingWindow(channel, Window.of(index, new float[8], new WindowQuality(1, 1, 0, false)), tagging);
    }

    /// Runs a batch for each permit; says by the valence which one it is.
    private static final class Gated implements AudioEncoder {

        private final Semaphore gate = new Semaphore(0);
        private final List<Window> seen = new ArrayList<>();
        private final double valence;
        private volatile boolean closed;
        private volatile boolean lost;

        Gated(int number) {
            valence = number / 10.0 % 1;
        }

        @Override
        public List<Encoding> encode(List<Window> windows) {
            gate.acquireUninterruptibly();
            if (lost) {
                throw new EncodingException("poisoned", new IllegalStateException("CUDA"), true);
            }
            seen.addAll(windows);
            Encoding fake = TestTagging.encoder().encode(windows.getFirst());
            return windows.stream()
                    .map(_ -> new Encoding(fake.embedding(), valence, 0))
                    .toList();
        }

        @Override
        public String device() {
            return "fake";
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
