package io.undertone.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process holds of the machine's memory, as Linux tells it.
///
/// @param residentMib now
/// @param peakMib the most since it started
record ProcessMemory(long residentMib, long peakMib) {

    static ProcessMemory of(long pid) {
        try {
            String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
            return new ProcessMemory(mib(status, "VmRSS:"), mib(status, "VmHWM:"));
        } catch (IOException e) {
            throw new IllegalStateException("process " + pid + " has ended", e);
        }
    }

    private static long mib(String status, String field) {
        String line = status.lines()
                .filter(each -> each.startsWith(field))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
    }
}
