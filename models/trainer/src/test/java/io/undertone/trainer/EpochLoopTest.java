package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.undertone.trainer.network.AdamW;
import io.undertone.trainer.network.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochLoopTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path work;

    @BeforeAll
    static void open() {
        TrainerMain.singleThreaded();
    }

    @Test
    void shouldKeepTheBestEpochOfAStageThatEndsEarly() throws Exception {
        try (Training training = new Training("early")) {
            FakeStage stage = training.stage(1, 2, 0.1, 0.4, 0.3, 0.2, 0.9);
            assertThat(training.loop(10).run(stage, null)).isTrue();
            assertThat(stage.epochsRun).isEqualTo(4); // the fifth would have been better, but nobody waits for it
            assertThat(training.weight()).isEqualTo(2);
        }
    }

    @Test
    void shouldKeepTheLastEpochWithoutPatience() throws Exception {
        try (Training training = new Training("patient")) {
            FakeStage stage = training.stage(1, 0, 0.1, 0.4, 0.3);
            assertThat(training.loop(10).run(stage, null)).isTrue();
            assertThat(training.weight()).isEqualTo(3);
        }
    }

    @Test
    void shouldEndAlikeWhereverItIsInterrupted() throws Exception {
        double[] first = {0.1, 0.4, 0.3, 0.2, 0.9};
        double[] second = {0.5, 0.6, 0.55, 0.1};
        for (int stop = 0; stop <= 8; stop++) {
            try (Training training = new Training("stop-" + stop)) {
                @Nullable Checkpoint last = null;
                for (int most : new int[] {stop, 20}) {
                    // as a new process would: weights from the checkpoint, nothing from memory
                    training.restore(last);
                    EpochLoop loop = training.loop(most);
                    boolean done =
                            loop.run(training.stage(1, 2, first), last) && loop.run(training.stage(2, 2, second), last);
                    assertThat(done).isEqualTo(most == 20);
                    last = training.checkpoint();
                }
                assertThat(training.weight()).as("stopped after %d", stop).isEqualTo(2002);
                assertThat(RunFolder.readMetrics(training.folder.path()).get("first"))
                        .hasSize(4);
            }
        }
    }

    @Test
    void shouldWriteEachEpochIntoTheMetricsOnce() throws Exception {
        try (Training training = new Training("metrics")) {
            training.loop(2).run(training.stage(1, 0, 0.1, 0.4, 0.3), null);
            var resumed = RunFolder.resume(training.folder.path(), NOON);
            resumed.epoch("first", 2, new Stage.Epoch(0.7, Map.of("loss", 3.0)));
            var epochs = RunFolder.readMetrics(resumed.path()).get("first");
            assertThat(epochs).hasSize(2);
            assertThat(epochs.get(1).get("score").asDouble()).isEqualTo(0.7);
            assertThat(epochs.get(1).get("loss").asDouble()).isEqualTo(3.0);
        }
    }

    /// A run folder and networks of which one number is looked at.
    private final class Training implements AutoCloseable {

        final RunFolder folder;
        final NDManager manager = NDManager.newBaseManager();
        final Networks networks =
                Networks.create(manager, TinyBundleMain.config().encoder(), 48_000, 2, 0, 1);

        Training(String name) {
            folder = RunFolder.create(work.resolve(name), TinyBundleMain.config(), NOON);
        }

        EpochLoop loop(int mostEpochs) {
            return new EpochLoop(folder, networks, manager, Progress.NONE, mostEpochs);
        }

        FakeStage stage(int number, int patience, double... scores) {
            return new FakeStage(networks, number, patience, scores);
        }

        @Nullable
        Checkpoint checkpoint() throws IOException {
            return Files.exists(folder.checkpoint()) ? Checkpoint.read(folder.checkpoint()) : null;
        }

        void restore(@Nullable Checkpoint last) {
            networks.weights().set(Networks.LOG_TEMPERATURE, new float[] {0});
            if (last != null) {
                networks.weights().restore(last.weights());
            }
        }

        float weight() {
            return networks.weights().values(Networks.LOG_TEMPERATURE)[0];
        }

        @Override
        public void close() {
            networks.close();
            manager.close();
        }
    }

    /// Adds 1 to a weight each epoch, in the second stage's first one to a thousand times of it, and scores as told.
    private static final class FakeStage implements Stage {

        private final Networks networks;
        private final int number;
        private final int patience;
        private final double[] scores;
        private final AdamW optimizer;
        int epochsRun;

        FakeStage(Networks networks, int number, int patience, double... scores) {
            this.networks = networks;
            this.number = number;
            this.patience = patience;
            this.scores = scores;
            this.optimizer = new AdamW(networks.weights(), List.of(Networks.LOG_TEMPERATURE), 0, 1);
        }

        @Override
        public String name() {
            return number == 1 ? "first" : "second";
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public int epochs() {
            return scores.length;
        }

        @Override
        public int patience() {
            return patience;
        }

        @Override
        public int stepsPerEpoch() {
            return 1;
        }

        @Override
        public AdamW optimizer() {
            return optimizer;
        }

        @Override
        public void prepare(NDManager manager, Progress progress) {}

        @Override
        public Epoch epoch(int epoch, NDManager manager, Progress.Step step) {
            float now = networks.weights().values(Networks.LOG_TEMPERATURE)[0];
            float jump = number == 2 && epoch == 0 ? 999 * now : 0;
            networks.weights().set(Networks.LOG_TEMPERATURE, new float[] {now + jump + 1});
            epochsRun++;
            return new Epoch(scores[epoch], Map.of("loss", 1.0));
        }
    }
}
