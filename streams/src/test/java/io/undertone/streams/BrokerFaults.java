package io.undertone.streams;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What happens to brokers: three of them, everything on all of them, two of them needed.
@Timeout(900)
final class BrokerFaults {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static FaultRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = FaultRig.start(folder, 3);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void shouldGoOnWhenTheLeaderIsKilledInTheMiddleOfCalls() throws Exception {
        try (FaultRig.Run run = rig.begin("leader", "one", "other")) {
            run.awaitShare(0.3);
            int leader = rig.cluster().leaderOf(run.topics().audioChunks().name());
            rig.cluster().node(leader).kill();
            run.printRecovery("SIGKILL of broker " + leader + ", which led most of the audio", System.nanoTime());

            run.assertUndisturbed();
            rig.cluster().node(leader).restart();
            awaitInSync(run);
        }
    }

    @Test
    void shouldGoOnWhenEachBrokerIsBouncedInTurn() throws Exception {
        // Slower than life: a broker takes its time to come back.
        try (FaultRig.Run run = rig.begin("bounce", Duration.ofMinutes(3), "one", "other")) {
            run.awaitShare(0.1);
            for (int id = 1; id <= 3; id++) {
                long asked = System.nanoTime();
                rig.cluster().node(id).stop();
                rig.cluster().node(id).restart();
                run.printRecovery("broker " + id + " stopped and started", asked);
                awaitInSync(run);
            }

            run.assertUndisturbed();
        }
    }

    private static void awaitInSync(FaultRig.Run run) throws InterruptedException {
        rig.cluster()
                .awaitInSync(List.of(
                        run.topics().audioChunks().name(),
                        run.topics().emotionTags().name(),
                        "__consumer_offsets",
                        "__transaction_state"));
    }
}
