package io.undertone.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// How every session of ONNX Runtime is set up.
public final class OnnxSessions {

    static {
        OrtTelemetry.disable();
    }

    private OnnxSessions() {}

    /// The only way to ONNX Runtime: others would make an environment that reports to its makers.
    public static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "undertone");
    }

    /// @param model the ONNX file, already checked
    /// @param what names the model in the error
    /// @throws InvalidInputException if ONNX Runtime cannot load it
    public static OrtSession cpu(byte[] model, String what, int threads) {
        try (var options = cpuOptions(threads)) {
            return environment().createSession(model, options);
        } catch (OrtException e) {
            throw new InvalidInputException(what + " cannot be loaded by ONNX Runtime: " + firstLine(e), e);
        }
    }

    /// What ONNX Runtime says, without the lines on where in its sources it says so.
    static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("unknown reason");
    }

    /// Room outside of the heap, which ONNX Runtime reads and fills without copying.
    ///
    /// @return `[rows, width]`, all 0
    static FloatBuffer buffer(int rows, int width) {
        return ByteBuffer.allocateDirect(rows * width * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    public static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session of ONNX Runtime cannot be closed: " + e.getMessage(), e);
        }
    }

    /// Threads that wait for work sleep: the cores are shared with the threads of Kafka, and spinning was seen to make
    /// small models more than ten times slower on shared cores.
    static OrtSession.SessionOptions cpuOptions(int threads) throws OrtException {
        var options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        options.addConfigEntry("session.inter_op.allow_spinning", "0");
        // Quantised models: without it, processors that lack VNNI add in 16 bits, may overflow, and give other numbers.
        options.addConfigEntry("session.x64quantprecision", "1");
        return options;
    }

    /// Cores this process may use, without hyper-threads where Linux tells them apart; at least 1.
    static int physicalCores() {
        int logical = Runtime.getRuntime().availableProcessors();
        Path cpuInfo = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(cpuInfo)) {
            return logical;
        }
        try {
            Set<String> cores = new HashSet<>();
            String socket = "";
            for (String line : Files.readAllLines(cpuInfo)) {
                if (line.startsWith("physical id")) {
                    socket = line;
                } else if (line.startsWith("core id")) {
                    cores.add(socket + line);
                }
            }
            return cores.isEmpty() ? logical : Math.min(logical, cores.size());
        } catch (IOException _) {
            return logical;
        }
    }
}
