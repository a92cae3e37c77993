package io.undertone.streams;

import io.undertone.schemas.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Which windows of a channel have an embedding on the topic, as the store keeps it. Immutable.
///
/// @param runs windows without a gap between them, in rising order and apart
/// @param ledger what is to be said on the audit topic; null before the first window
/// @param keptAtMillis wall clock of the last one
record KeptWindows(Role role, List<Run> runs, Ledger.@Nullable Entry ledger, long keptAtMillis) {

    private static final byte VERSION = 1;

    /// @param first index
    /// @param count of windows, positive
    record Run(long first, int count) {

        boolean holds(long index) {
            return index >= first && index - first < count;
        }
    }

    KeptWindows {
        runs = List.copyOf(runs);
    }

    static KeptWindows none(Role role) {
        return new KeptWindows(role, List.of(), null, 0);
    }

    /// One more. Windows come in rising order, but for a call id that is used again: that overwrites embeddings.
    KeptWindows with(long index, Ledger.Entry entry, long nowMillis) {
        List<Run> more = new ArrayList<>(runs);
        if (runs.stream().noneMatch(run -> run.holds(index))) {
            Run last = runs.isEmpty() ? new Run(index, 0) : runs.getLast();
            if (!runs.isEmpty() && last.first() + last.count() == index) {
                more.set(more.size() - 1, new Run(last.first(), last.count() + 1));
            } else {
                more.add(new Run(index, 1));
            }
        }
        return new KeptWindows(role, more, entry, nowMillis);
    }

    KeptWindows reported(Ledger.Entry entry) {
        return new KeptWindows(role, runs, entry, keptAtMillis);
    }

    long count() {
        return runs.stream().mapToLong(Run::count).sum();
    }

    void forEachWindow(LongConsumer action) {
        for (Run run : runs) {
            for (int i = 0; i < run.count(); i++) {
                action.accept(run.first() + i);
            }
        }
    }

    /// `[version][keptAt, 8][role][ledger][runs, 4]`, then each run's first, 8, and count, 4; big-endian.
    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.putByte(VERSION).putLong(keptAtMillis).putText(role.name()).putFlag(ledger != null);
        if (ledger != null) {
            ledger.write(out);
        }
        out.putInt(runs.size());
        runs.forEach(run -> out.putLong(run.first()).putInt(run.count()));
        return out.toBytes();
    }

    /// @throws IllegalStateException if the bytes were written by a newer version
    static KeptWindows fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.expectVersion(VERSION, "embeddings");
        long keptAtMillis = in.getLong();
        Role role = Role.valueOf(in.text());
        Ledger.@Nullable Entry ledger = in.flag() ? Ledger.Entry.read(in) : null;
        List<Run> runs = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            runs.add(new Run(in.getLong(), in.getInt()));
        }
        return new KeptWindows(role, runs, ledger, keptAtMillis);
    }
}
