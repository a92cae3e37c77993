package io.undertone.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What became of a channel's chunks, for the audit: terms are reported with their first chunk, and with all further
/// ones when other terms take their place or the channel ends. Mutable; owned by the task's stream thread.
final class Ledger {

    /// @param chunks since the last report
    record Entry(Terms terms, long chunks) {

        void write(StateWriter out) {
            terms.write(out);
            out.putLong(chunks);
        }

        static Entry read(StateReader in) {
            return new Entry(Terms.read(in), in.getLong());
        }
    }

    private @Nullable Terms terms;
    private long unreported;

    /// @param entry as it was stored; null for a channel that begins
    Ledger(@Nullable Entry entry) {
        this.terms = entry == null ? null : entry.terms();
        this.unreported = entry == null ? 0 : entry.chunks();
    }

    /// Other terms hold from now on.
    ///
    /// @return what is to be reported
    List<Entry> turn(Terms now) {
        if (now.equals(terms)) {
            return List.of();
        }
        List<Entry> reports = new ArrayList<>(close());
        terms = now;
        reports.add(new Entry(now, 0));
        return reports;
    }

    /// One more chunk, under these terms.
    ///
    /// @return what is to be reported
    List<Entry> chunk(Terms now) {
        if (now.equals(terms)) {
            unreported++;
            return List.of();
        }
        List<Entry> reports = new ArrayList<>(close());
        terms = now;
        reports.add(new Entry(now, 1));
        return reports;
    }

    /// The channel ends.
    ///
    /// @return what is to be reported
    List<Entry> close() {
        if (terms == null || unreported == 0) {
            return List.of();
        }
        Entry rest = new Entry(terms, unreported);
        unreported = 0;
        return List.of(rest);
    }

    /// To be stored.
    Optional<Entry> entry() {
        return Optional.ofNullable(terms).map(known -> new Entry(known, unreported));
    }

    /// Of a channel of which at least one chunk was read.
    Entry known() {
        return new Entry(Objects.requireNonNull(terms, "no chunk was read"), unreported);
    }
}
