package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitSessionTest {

    private static final int THREADS = 3;
    private static final int SAMPLES = 4;
    private static final int DIM = 2;

    private final Doubling inside = new Doubling();
    private final SplitSession session = new SplitSession(inside, SAMPLES, DIM, THREADS);
    private final FloatBuffer waveforms = direct(100 * SAMPLES);
    private final FloatBuffer embeddings = direct(100 * DIM);
    private final FloatBuffer affects = direct(100 * 2);

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @AfterEach
    void close() {
        session.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 32, 100})
    void shouldPutEachRowWhereItBelongs(int batch) throws OrtException {
        for (int row = 0; row < batch; row++) {
            waveforms.put(row * SAMPLES, row);
        }

        session.run(batch, waveforms, embeddings, affects);

        for (int row = 0; row < batch; row++) {
            assertThat(embeddings.get(row * DIM)).isEqualTo(2 * row);
            assertThat(affects.get(row * 2 + 1)).isEqualTo(-row);
        }
        assertThat(inside.rows.stream().mapToInt(Integer::intValue).sum()).isEqualTo(batch);
    }

    @Test
    void shouldTakeSmallerAndSmallerParts() throws OrtException {
        session.run(100, waveforms, embeddings, affects);
        assertThat(inside.rows).containsExactlyInAnyOrder(17, 14, 12, 10, 8, 7, 6, 5, 4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1);

        inside.rows.clear();
        session.run(8, waveforms, embeddings, affects);
        assertThat(inside.rows).containsExactlyInAnyOrder(2, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void shouldPassOnTheFailureOfAnyPart() {
        for (int failing : List.of(0, 5, 8)) {
            inside.failing = failing;
            for (int row = 0; row < 9; row++) {
                waveforms.put(row * SAMPLES, row);
            }

            assertThatThrownBy(() -> session.run(9, waveforms, embeddings, affects))
                    .isInstanceOf(OrtException.class)
                    .hasMessageContaining("row " + failing);
        }
    }

    @Test
    void shouldBeginNoFurtherPartsAfterAFailure() throws Exception {
        inside.failing = 0; // every row of untouched buffers

        assertThatThrownBy(() -> session.run(100, waveforms, embeddings, affects))
                .isInstanceOf(OrtException.class);

        assertThat(inside.rows).hasSizeLessThanOrEqualTo(THREADS);
        inside.failing = -1;
        session.run(100, waveforms, embeddings, affects);
        assertThat(affects.get(99 * 2)).isZero();
    }

    @Test
    void shouldCloseWhatItSplits() {
        session.close();

        assertThat(inside.closed).isTrue();
    }

    /// Gives twice the first sample of a row as embedding, and its negative as arousal.
    private static final class Doubling implements EncoderSession {

        private final Queue<Integer> rows = new ConcurrentLinkedQueue<>();
        private volatile int failing = -1;
        private volatile boolean closed;

        @Override
        public void run(int batch, FloatBuffer waveforms, FloatBuffer embeddings, FloatBuffer affects)
                throws OrtException {
            rows.add(batch);
            for (int row = 0; row < batch; row++) {
                float first = waveforms.get(row * SAMPLES);
                if (first == failing) {
                    throw new OrtException("row " + failing);
                }
                embeddings.put(row * DIM, 2 * first);
                affects.put(row * 2 + 1, -first);
            }
        }

        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public boolean fixedBatches() {
            return false;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
