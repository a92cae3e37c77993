package io.undertone.window;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// The audio of a channel in order, as coded chunks with gaps between them, as far back as it is still needed.
/// Positions are samples at the format's rate. One thread.
final class Timeline implements Iterable<Chunk> {

    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private long start; // audio before it is forgotten, or came in another life
    private long end;

    /// @param position where the audio goes on
    Timeline(long position) {
        this.start = position;
        this.end = position;
    }

    void append(Chunk chunk) {
        chunks.addLast(chunk);
        end = chunk.endSample();
    }

    /// One past the last sample.
    long end() {
        return end;
    }

    /// Forgets the chunks that end at or before a position.
    void dropBefore(long position) {
        while (!chunks.isEmpty() && chunks.getFirst().endSample() <= position) {
            start = chunks.removeFirst().endSample();
        }
    }

    /// Samples in [from, to) that chunks hold.
    long coveredSamples(long from, long to) {
        long covered = 0;
        for (Chunk chunk : chunks) {
            covered += Math.max(0, Math.min(to, chunk.endSample()) - Math.max(from, chunk.firstSample()));
        }
        return covered;
    }

    /// End of the gap longer than `longest` that `position` is in; `position` itself when it is in none.
    long endOfLongGap(long position, long longest) {
        long gapStart = start;
        for (Chunk chunk : chunks) {
            if (position < chunk.firstSample()) {
                boolean inside = position >= gapStart && chunk.firstSample() - gapStart > longest;
                return inside ? chunk.firstSample() : position;
            }
            gapStart = chunk.endSample();
        }
        return position;
    }

    /// In order.
    @Override
    public Iterator<Chunk> iterator() {
        return chunks.iterator();
    }
}
