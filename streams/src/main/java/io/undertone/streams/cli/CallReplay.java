package io.undertone.streams.cli;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/// The chunks of one call in the order in which a live call would give them: a chunk is due when its last sample has
/// been produced, and `capturedAt` is that moment.
///
/// Threading: belongs to one thread.
public final class CallReplay {

    private final String callId;
    private final Instant start;
    private final double speed;
    private final List<RecordedChannel> channels;
    private final int[] next; // per channel: the chunk that comes next

    /// @param speed 1 is real time, 2 twice as fast
    public CallReplay(String callId, List<RecordedChannel> channels, Instant start, double speed) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed must be positive: " + speed);
        }
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("call " + callId + " must have a channel");
        }
        this.callId = callId;
        this.start = start;
        this.speed = speed;
        this.channels = List.copyOf(channels);
        this.next = new int[channels.size()];
    }

    public String callId() {
        return callId;
    }

    public Instant start() {
        return start;
    }

    /// When the last sample of the call has been produced.
    public Instant end() {
        return channels.stream()
                .map(channel -> start.plus(scaled(channel.duration())))
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /// When the audio of a channel up to a moment of call time has been produced; at most the channel's end.
    ///
    /// @param callMillis call time in milliseconds
    public Instant producedAt(String channel, long callMillis) {
        Duration audio = channels.stream()
                .filter(candidate -> candidate.channel().equals(channel))
                .map(RecordedChannel::duration)
                .findFirst()
                .orElseThrow();
        Duration at = Duration.ofMillis(callMillis);
        return start.plus(scaled(at.compareTo(audio) < 0 ? at : audio));
    }

    /// When the next chunk is due; empty at the end of the call.
    public Optional<Instant> nextDue() {
        int index = nextChannel();
        return index < 0 ? Optional.empty() : Optional.of(due(index));
    }

    /// The next chunk. Its channel's last one ends the stream.
    public AudioChunk take() {
        int index = nextChannel();
        if (index < 0) {
            throw new NoSuchElementException("call " + callId + " is over");
        }
        RecordedChannel channel = channels.get(index);
        int chunk = next[index];
        Instant due = due(index);
        next[index]++;
        return builder(channel, chunk, due)
                .setFirstSample(channel.firstSample(chunk))
                .setPayload(ByteBuffer.wrap(channel.payload(chunk)))
                .setEndOfStream(chunk == channel.chunks() - 1)
                .build();
    }

    /// Hangs up: an empty last chunk for each channel that has begun and not ended; nothing comes after it.
    public List<AudioChunk> hangUp() {
        List<AudioChunk> ends = new ArrayList<>();
        for (int index = 0; index < next.length; index++) {
            RecordedChannel channel = channels.get(index);
            int chunk = next[index];
            if (chunk > 0 && chunk < channel.chunks()) {
                ends.add(builder(channel, chunk, start.plus(scaled(channel.time(channel.firstSample(chunk)))))
                        .setFirstSample(channel.firstSample(chunk))
                        .setPayload(ByteBuffer.allocate(0))
                        .setEndOfStream(true)
                        .build());
            }
            next[index] = channel.chunks();
        }
        return ends;
    }

    private AudioChunk.Builder builder(RecordedChannel channel, int chunk, Instant capturedAt) {
        return AudioChunk.newBuilder()
                .setCallId(callId)
                .setChannel(channel.channel())
                .setRole(channel.role())
                .setCodec(codec(channel))
                .setSampleRateHz(channel.format().sampleRateHz())
                .setSequence(chunk)
                .setCapturedAt(capturedAt);
    }

    private static AudioCodec codec(RecordedChannel channel) {
        return switch (channel.format().codec()) {
            case PCM_S16LE -> AudioCodec.PCM_S16LE;
            case PCM_MULAW -> AudioCodec.PCM_MULAW;
            case PCM_ALAW -> AudioCodec.PCM_ALAW;
            case OPUS -> AudioCodec.OPUS;
        };
    }

    /// The channel whose next chunk is due first, the first of equals; -1 when all are at their end.
    private int nextChannel() {
        int first = -1;
        for (int index = 0; index < next.length; index++) {
            if (next[index] < channels.get(index).chunks()
                    && (first < 0 || due(index).isBefore(due(first)))) {
                first = index;
            }
        }
        return first;
    }

    private Instant due(int index) {
        RecordedChannel channel = channels.get(index);
        return start.plus(scaled(channel.time(channel.endSample(next[index]))));
    }

    private Duration scaled(Duration audio) {
        return Duration.ofNanos(Math.round(audio.toNanos() / speed));
    }
}
