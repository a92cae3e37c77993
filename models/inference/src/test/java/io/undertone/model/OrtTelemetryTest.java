package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/// Looks at the environment as C code sees it: Java's own view is a copy of what was there at the start.
@SuppressWarnings("restricted")
class OrtTelemetryTest {

    @Test
    void shouldTellOnnxRuntimeNotToReportToItsMakers() throws Throwable {
        MethodHandle unset = function("unsetenv", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) unset.invokeExact(arena.allocateFrom(OrtTelemetry.SWITCH));
        }

        OrtTelemetry.disable();

        MethodHandle get = function("getenv", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) get.invokeExact(arena.allocateFrom(OrtTelemetry.SWITCH));
            assertThat(value.reinterpret(2).getString(0)).isEqualTo("1");
        }
    }

    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor);
    }
}
