package io.undertone.model;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Keeps ONNX Runtime from reporting to its makers. Since 1.29 its official builds for Linux do so unless told
/// otherwise: names and hashes of models, an id of the machine. What analyses people's calls must not.
///
/// The switch is an environment variable that is read once, when the first environment of ONNX Runtime is made,
/// and Java cannot set one; so the C library is asked to. Besides, the reporting part reads the command line
/// with a recursive expression and overflows the stack (SIGSEGV without a word) when that is longer than some
/// thousand characters.
final class OrtTelemetry {

    static final String SWITCH = "ORT_DISABLE_TELEMETRY";

    private OrtTelemetry() {}

    /// To be called before the first environment is made.
    @SuppressWarnings("restricted") // every JVM of ours allows native access
    static void disable() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
        if (setenv.isEmpty()) {
            return; // Windows, where it is the system that reports or does not
        }
        MethodHandle handle = linker.downcallHandle(
                setenv.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) handle.invokeExact(arena.allocateFrom(SWITCH), arena.allocateFrom("1"), 1);
            if (failed != 0) {
                throw new IllegalStateException("the environment variable " + SWITCH + " cannot be set");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the environment variable " + SWITCH + " cannot be set", e);
        }
    }
}
