package io.undertone.deploy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/// What the stream threads spend their time on, by samples of the JVM's own flight recorder: every 10 ms of processor
/// time where it can (Linux), else of every 10 ms in which they run. A sample counts for the first stage that one of
/// its frames belongs to.
///
/// Threading: started and stopped by one thread.
final class StageProfile implements AutoCloseable {

    /// In the order in which they are asked: a store's changelog is written by the producer and counts for the store.
    enum Stage {
        STORE("stores and changelogs", "org.apache.kafka.streams.state."),
        SERIALISE("tags to Avro", "io.undertone.streams.TagRecords", "io.undertone.schemas.serde.RecordSerializer"),
        PRODUCE(
                "tags to the producer",
                "org.apache.kafka.clients.producer.",
                "org.apache.kafka.streams.processor.internals.RecordCollectorImpl"),
        SCORE("score and rank", "io.undertone.rank.", "io.undertone.tag.", "io.undertone.model."),
        GATE("speech gate", "io.undertone.window.SpeechGate"),
        READ("chunks from Avro", "io.undertone.streams.ChunkReader", "io.undertone.schemas.serde."),
        CUT("decode, resample, cut", "io.undertone.audio.", "io.undertone.window.", "io.github.jaredmdobson."),
        FETCH("fetch", "org.apache.kafka.clients.consumer."),
        COMMIT("commit", "org.apache.kafka.streams.processor.internals.TaskExecutor$Commit"),
        FLOW("order, policy, findings", "io.undertone."),
        KAFKA("the rest of Kafka Streams");

        private final String what;

        @SuppressWarnings("ImmutableEnumChecker") // by List.of
        private final List<String> classes;

        Stage(String what, String... classes) {
            this.what = what;
            this.classes = List.of(classes);
        }

        /// For people.
        String what() {
            return what;
        }

        private boolean owns(String frameClass) {
            return classes.stream().anyMatch(frameClass::startsWith);
        }

        /// @param frames classes of a stack, innermost first
        static Stage of(List<String> frames) {
            for (Stage stage : values()) {
                for (String frame : frames) {
                    if (stage.owns(frame)) {
                        return stage;
                    }
                }
            }
            return KAFKA;
        }
    }

    private static final String CPU_SAMPLE = "jdk.CPUTimeSample";
    private static final String RUN_SAMPLE = "jdk.ExecutionSample";

    private final Recording recording;

    private StageProfile(Recording recording) {
        this.recording = recording;
    }

    static StageProfile start() {
        Recording recording = new Recording();
        recording.setName("undertone bench");
        recording.enable(CPU_SAMPLE).with("throttle", "10ms");
        recording.enable(RUN_SAMPLE).with("period", "10 ms");
        recording.start();
        return new StageProfile(recording);
    }

    /// Shares of the stages, adding up to 1; empty when nothing was sampled.
    ///
    /// @param application id that the stream threads carry in their names
    Map<Stage, Double> stop(String application) {
        recording.stop();
        Map<Stage, Integer> byCpu = new EnumMap<>(Stage.class);
        Map<Stage, Integer> byRun = new EnumMap<>(Stage.class);
        Map<String, Map<Stage, Integer>> counts = Map.of(CPU_SAMPLE, byCpu, RUN_SAMPLE, byRun);
        try {
            Path file = Files.createTempFile("undertone-bench-", ".jfr");
            try {
                recording.dump(file);
                for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                    Map<Stage, Integer> kind = counts.get(event.getEventType().getName());
                    if (kind != null && ofStreamThread(event, application)) {
                        kind.merge(Stage.of(classes(event)), 1, Integer::sum);
                    }
                }
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the flight recording cannot be read", e);
        }
        return shares(byCpu.isEmpty() ? byRun : byCpu);
    }

    private static Map<Stage, Double> shares(Map<Stage, Integer> counts) {
        double total = counts.values().stream().mapToInt(Integer::intValue).sum();
        Map<Stage, Double> shares = new EnumMap<>(Stage.class);
        counts.forEach((stage, count) -> shares.put(stage, count / total));
        return shares;
    }

    private static boolean ofStreamThread(RecordedEvent event, String application) {
        String field = event.hasField("eventThread") ? "eventThread" : "sampledThread";
        RecordedThread thread = event.getThread(field);
        return thread != null
                && thread.getJavaName() != null
                && CpuAccount.ownerOfJava(thread.getJavaName(), application) == CpuAccount.Owner.STREAM_THREADS;
    }

    private static List<String> classes(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        List<String> classes = new ArrayList<>();
        if (stack != null) {
            for (RecordedFrame frame : stack.getFrames()) {
                classes.add(frame.getMethod().getType().getName());
            }
        }
        return classes;
    }

    @Override
    public void close() {
        recording.close();
    }
}
