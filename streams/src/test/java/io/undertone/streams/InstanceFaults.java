package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// What happens to taggers: killed, stopped, paused, and added and taken away while batches are in flight.
@Timeout(600)
final class InstanceFaults {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static FaultRig rig;

    @BeforeAll
    static void start() throws Exception {
        rig = FaultRig.start(folder, 1);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /// Now the one and now the other, with both there each time.
    @Test
    void shouldGoOnWhenOneOfTwoIsKilled() throws Exception {
        try (FaultRig.Run run = rig.begin("take-over", "one", "other")) {
            run.awaitShare(0.1);
            for (int i = 0; !run.pastShare(0.6); i++) {
                TaggerProcess killed = run.tagger(i % 2 == 0 ? "one" : "other");
                killed.kill();
                run.printRecovery("SIGKILL of one of two", System.nanoTime());
                run.startTagger(i % 2 == 0 ? "one" : "other");
                run.awaitMembers(2);
                run.flow().linger(Duration.ofSeconds(2));
            }

            run.assertUndisturbed();
        }
    }

    @Test
    void shouldGoOnWhenTheOnlyOneIsKilledAndStartedAgain() throws Exception {
        try (FaultRig.Run run = rig.begin("restart", "only")) {
            run.awaitShare(0.1);
            while (!run.pastShare(0.6)) {
                run.tagger("only").kill();
                long killed = System.nanoTime();
                run.startTagger("only");
                run.printRecovery("SIGKILL of the only one, started again at once", killed);
                run.flow().linger(Duration.ofSeconds(3));
            }

            run.assertUndisturbed();
        }
    }

    @Test
    void shouldGoOnWhenOneOfTwoIsAskedToStop() throws Exception {
        try (FaultRig.Run run = rig.begin("stop", "one", "other")) {
            run.awaitShare(0.3);
            long asked = System.nanoTime();
            assertThat(run.tagger("one").terminate()).isEqualTo(143); // what a JVM gives for SIGTERM
            run.printRecovery("SIGTERM of one of two", asked);

            run.assertUndisturbed();
        }
    }

    /// A second one comes and goes: in order, and killed.
    @Test
    void shouldGoOnWhilePartitionsMoveAllTheTime() throws Exception {
        try (FaultRig.Run run = rig.begin("storm", "steady")) {
            run.awaitShare(0.1);
            int moves = 0;
            while (!run.pastShare(0.7)) {
                TaggerProcess guest = run.startTagger("guest");
                run.flow().linger(Duration.ofSeconds(4));
                long left = System.nanoTime();
                if (moves++ % 2 == 0) {
                    guest.terminate();
                } else {
                    guest.kill();
                }
                run.printRecovery("a second instance came and went, time " + moves, left);
            }

            run.assertUndisturbed();
        }
    }

    /// To the others a process that is stopped is dead. When it wakes up it still holds batches, an open transaction
    /// and tasks that are others' by now.
    @Test
    void shouldKeepOutAProcessThatWakesUpFenced() throws Exception {
        try (FaultRig.Run run = rig.begin("pause", "one", "other")) {
            run.awaitShare(0.25);
            Set<String> before = run.members();
            run.tagger("one").pause();
            long paused = System.nanoTime();
            run.printRecovery("SIGSTOP of one of two", paused);
            run.awaitShare(0.6);
            Set<String> meanwhile = run.members();
            run.tagger("one").resume();

            run.assertUndisturbed();
            assertThat(run.tagger("one").isAlive()).isTrue();
            Set<String> fenced = new HashSet<>(before);
            fenced.removeAll(meanwhile);
            assertThat(fenced)
                    .as("threads that were put out of the group")
                    .hasSizeGreaterThanOrEqualTo(TaggerProcess.STREAM_THREADS);
            run.awaitMembers(2);
            assertThat(run.members()).as("threads, under new names").doesNotContainAnyElementsOf(fenced);
            System.out.println("pause: " + linesOfWhoWasFenced(run.log("one")));
        }
    }

    /// What Kafka Streams says when it finds that its tasks are others' by now: a thread that hears it from the group
    /// first does not say so.
    private static List<String> linesOfWhoWasFenced(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains("being fenced"))
                .toList();
    }
}
