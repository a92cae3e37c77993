package io.undertone.deploy.bench;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.Role;
import io.undertone.streams.cli.ChunkSender;
import io.undertone.streams.cli.Pacer;
import io.undertone.streams.cli.RecordedChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/// Calls side by side, their chunks in the order in which live calls would give them: a chunk is due when its last
/// sample has been produced, and says so in `capturedAt`. A few synthetic voices are encoded once and repeat.
///
/// Threading: belongs to one thread.
final class Traffic {

    private static final int VOICES = 4;
    private static final int VOICE_SECONDS = 30;

    private final Load load;
    private final List<RecordedChannel> voices;

    private Traffic(Load load, List<RecordedChannel> voices) {
        this.load = load;
        this.voices = voices;
    }

    static Traffic of(Load load) {
        List<RecordedChannel> voices = new ArrayList<>();
        for (int seed = 0; seed < VOICES; seed++) {
            voices.add(RecordedChannel.encode(
                    "voice",
                    Role.CUSTOMER,
                    SyntheticVoice.speak(seed, VOICE_SECONDS, load.sampleRateHz(), load.speechShare()),
                    Optional.of(load.codec()),
                    load.chunk()));
        }
        return new Traffic(load, List.copyOf(voices));
    }

    /// Bytes that one second of a channel has on the wire, without names and numbers.
    double bytesPerSecond() {
        long bytes = 0;
        for (RecordedChannel voice : voices) {
            for (int chunk = 0; chunk < voice.chunks(); chunk++) {
                bytes += voice.payload(chunk).length;
            }
        }
        return (double) bytes / (VOICES * VOICE_SECONDS);
    }

    /// Sends whole calls as fast as the broker takes them, as if they had just ended.
    ///
    /// @param seconds length of each call
    void sendBacklog(ChunkSender sender, int calls, int seconds, Instant now) {
        PriorityQueue<Line> lines = new PriorityQueue<>();
        Duration length = Duration.ofSeconds(seconds);
        addCalls(lines, 0, calls, now.minus(length), length);
        while (!lines.isEmpty()) {
            Line line = lines.remove();
            sender.send(line.take());
            if (!line.isOver()) {
                lines.add(line);
            }
        }
        sender.flush();
    }

    /// What came of sending in real time.
    ///
    /// @param channels how much audio was sent of each so far
    /// @param worstLateness how late a chunk was sent at the most: more than a few milliseconds spoils latencies
    record Sent(List<Duration> channels, Duration worstLateness) {

        /// @param windowsOf how many windows so much audio has
        long windows(ToLongFunction<Duration> windowsOf) {
            return channels.stream().mapToLong(windowsOf).sum();
        }
    }

    /// Sends calls in real time until `end`; a call that is over is followed by another at once. Those that are open
    /// at the end are left so.
    ///
    /// @param length of each call
    Sent sendLive(ChunkSender sender, int calls, Duration length, Instant end, Pacer pacer)
            throws InterruptedException {
        LiveCalls live = live(sender, length, pacer);
        live.begin(calls);
        Sent sent = live.sendUntil(end);
        sender.flush();
        return sent;
    }

    /// No calls yet, to be sent in real time.
    ///
    /// @param length of each call; one that is over is followed by another at once
    LiveCalls live(ChunkSender sender, Duration length, Pacer pacer) {
        return new LiveCalls(sender, length, pacer);
    }

    /// Calls that go on while others begin. Mutable; one thread, which sends.
    final class LiveCalls {

        private final ChunkSender sender;
        private final Duration length;
        private final Pacer pacer;
        private final PriorityQueue<Line> lines = new PriorityQueue<>();
        private final List<Duration> over = new ArrayList<>();
        private int begun;

        private LiveCalls(ChunkSender sender, Duration length, Pacer pacer) {
            this.sender = sender;
            this.length = length;
            this.pacer = pacer;
        }

        /// Lets more calls begin from now on.
        void begin(int calls) {
            addCalls(lines, begun, calls, pacer.now(), length);
            begun += calls;
        }

        /// Sends what is due before `end`.
        Sent sendUntil(Instant end) throws InterruptedException {
            Duration worst = Duration.ZERO;
            while (lines.element().due().isBefore(end)) {
                Line line = lines.remove();
                pacer.waitUntil(line.due());
                Duration late = Duration.between(line.due(), pacer.now());
                worst = late.compareTo(worst) > 0 ? late : worst;
                sender.send(line.take());
                if (!line.isOver()) {
                    lines.add(line);
                } else {
                    over.add(line.sent());
                    if (line.channel == 0) {
                        addCall(lines, begun++, line.voice, line.start.plus(length), length);
                    }
                }
            }
            pacer.waitUntil(end);
            List<Duration> channels = new ArrayList<>(over);
            lines.forEach(line -> channels.add(line.sent()));
            return new Sent(List.copyOf(channels), worst);
        }
    }

    /// Calls begin evenly over a second, or all windows of all calls would be ready at the same moment.
    private void addCalls(PriorityQueue<Line> lines, int first, int calls, Instant start, Duration length) {
        for (int call = 0; call < calls; call++) {
            Instant begin = start.plus(Duration.ofSeconds(1).multipliedBy(call).dividedBy(calls));
            addCall(lines, first + call, first + call, begin, length);
        }
    }

    private void addCall(PriorityQueue<Line> lines, int call, int voice, Instant start, Duration length) {
        for (int channel = 0; channel < load.channels(); channel++) {
            lines.add(new Line("call-" + call, channel, voice + channel, start, length));
        }
    }

    /// One channel of one call. Mutable; one thread.
    private final class Line implements Comparable<Line> {

        private final String callId;
        private final int channel;
        private final int voice;
        private final Instant start;
        private final long chunks;
        private long next;

        Line(String callId, int channel, int voice, Instant start, Duration length) {
            this.callId = callId;
            this.channel = channel;
            this.voice = voice;
            this.start = start;
            this.chunks = length.dividedBy(load.chunk());
        }

        Instant due() {
            return start.plus(load.chunk().multipliedBy(next + 1));
        }

        /// How much audio was taken.
        Duration sent() {
            return load.chunk().multipliedBy(next);
        }

        boolean isOver() {
            return next == chunks;
        }

        AudioChunk take() {
            Instant due = due();
            RecordedChannel sound = voices.get(voice % VOICES);
            byte[] payload = sound.payload((int) (next % sound.chunks()));
            AudioChunk chunk = new AudioChunk(
                    callId,
                    "customer-" + channel,
                    Role.CUSTOMER,
                    codec(),
                    load.sampleRateHz(),
                    next,
                    sound.firstSample(1) * next,
                    due,
                    ByteBuffer.wrap(payload),
                    next == chunks - 1);
            next++;
            return chunk;
        }

        @Override
        public int compareTo(Line other) {
            return due().compareTo(other.due());
        }
    }

    private AudioCodec codec() {
        return switch (load.codec()) {
            case PCM_S16LE -> AudioCodec.PCM_S16LE;
            case PCM_MULAW -> AudioCodec.PCM_MULAW;
            case PCM_ALAW -> AudioCodec.PCM_ALAW;
            case OPUS -> AudioCodec.OPUS;
        };
    }
}
