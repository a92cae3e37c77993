package io.undertone.deploy.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// Where the process stands with the processor's time: by thread, so that the tagger can be told from the broker, the
/// load and the listener that share its process. Immutable.
///
/// Java's threads are asked of the JVM, to the nanosecond. Its own threads and those of native libraries are looked up
/// in `/proc`, to a hundredth of a second, where there is one.
final class CpuAccount {

    /// Whose time it is.
    enum Owner {
        STREAM_THREADS,
        ENCODER,
        KAFKA_CLIENTS,
        ROCKSDB,
        COLLECTOR,
        COMPILER,
        /// Broker, load, listener.
        OTHERS
    }

    private static final Path TASKS = Path.of("/proc/self/task");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux of x86 and ARM

    private record Clock(String name, double seconds, long allocatedBytes) {}

    private final Map<Long, Clock> java;
    private final Map<String, Clock> natives; // by task id
    private final double processSeconds;

    private CpuAccount(Map<Long, Clock> java, Map<String, Clock> natives, double processSeconds) {
        this.java = java;
        this.natives = natives;
        this.processSeconds = processSeconds;
    }

    static CpuAccount take() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Map<Long, Clock> java = new HashMap<>();
        for (ThreadInfo info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null) {
                long id = info.getThreadId();
                double seconds = Math.max(0, threads.getThreadCpuTime(id)) / 1e9;
                java.put(id, new Clock(info.getThreadName(), seconds, threads.getThreadAllocatedBytes(id)));
            }
        }
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new CpuAccount(java, natives(), system.getProcessCpuTime() / 1e9);
    }

    private static Map<String, Clock> natives() {
        Map<String, Clock> natives = new HashMap<>();
        if (!Files.isDirectory(TASKS)) {
            return natives;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                read(task, natives);
            }
        } catch (IOException e) {
            throw new IllegalStateException(TASKS + " cannot be read", e);
        }
        return natives;
    }

    private static void read(Path task, Map<String, Clock> natives) throws IOException {
        try {
            String stat = Files.readString(task.resolve("stat"));
            String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1); // from the third on
            double seconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
            natives.put(task.getFileName().toString(), new Clock(name, seconds, 0));
        } catch (NoSuchFileException _) {
            // it has ended
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw e;
            }
        }
    }

    /// What was used between two accounts, in seconds.
    ///
    /// @param seconds by owner
    /// @param process of the whole process
    /// @param taggerAllocation share of what Java's threads allocated that the tagger's threads did, in [0, 1]
    record Usage(Map<Owner, Double> seconds, double process, double taggerAllocation) {

        double of(Owner owner) {
            return seconds.getOrDefault(owner, 0.0);
        }

        /// The tagger's: its threads, its stores, and the collector's work by the share of the memory it allocated. The
        /// compiler's is left out: it ends.
        double tagger() {
            return of(Owner.STREAM_THREADS)
                    + of(Owner.ENCODER)
                    + of(Owner.KAFKA_CLIENTS)
                    + of(Owner.ROCKSDB)
                    + taggerAllocation * of(Owner.COLLECTOR);
        }

        /// Neither the tagger's nor the compiler's: of whatever else runs in this process, its share of the collector
        /// included.
        double rest() {
            return Math.max(0, process - tagger() - of(Owner.COMPILER));
        }
    }

    /// @param application id that the tagger's threads carry in their names
    Usage since(CpuAccount before, String application) {
        Map<Owner, Double> seconds = new EnumMap<>(Owner.class);
        long allocated = 0;
        long byTagger = 0;
        for (Map.Entry<Long, Clock> entry : java.entrySet()) {
            Clock now = entry.getValue();
            Clock then = before.java.getOrDefault(entry.getKey(), new Clock(now.name(), 0, 0));
            Owner owner = ownerOfJava(now.name(), application);
            seconds.merge(owner, now.seconds() - then.seconds(), Double::sum);
            allocated += now.allocatedBytes() - then.allocatedBytes();
            byTagger += owner == Owner.OTHERS ? 0 : now.allocatedBytes() - then.allocatedBytes();
        }
        for (Map.Entry<String, Clock> entry : natives.entrySet()) {
            Clock now = entry.getValue();
            Clock then = before.natives.getOrDefault(entry.getKey(), new Clock(now.name(), 0, 0));
            Owner owner = ownerOfNative(now.name());
            if (owner != Owner.OTHERS) { // Java's threads stand there too
                seconds.merge(owner, now.seconds() - then.seconds(), Double::sum);
            }
        }
        return new Usage(
                Map.copyOf(seconds),
                processSeconds - before.processSeconds,
                allocated == 0 ? 0 : (double) byTagger / allocated);
    }

    /// The names that Kafka gives.
    static Owner ownerOfJava(String name, String application) {
        if (name.equals("undertone-batcher") || name.startsWith("undertone-encoder-")) {
            return Owner.ENCODER;
        }
        if (!name.contains(application)) {
            return Owner.OTHERS;
        }
        return name.startsWith(application) && name.contains("-StreamThread-")
                ? Owner.STREAM_THREADS
                : Owner.KAFKA_CLIENTS;
    }

    private static Owner ownerOfNative(String name) {
        if (name.startsWith("rocksdb")) {
            return Owner.ROCKSDB;
        }
        if (name.startsWith("GC Thread") || name.startsWith("G1 ") || name.startsWith("VM Thread")) {
            return Owner.COLLECTOR;
        }
        return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler") ? Owner.COMPILER : Owner.OTHERS;
    }
}
