package io.undertone.streams.cli;

import io.undertone.audio.AudioFile;
import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.InvalidInputException;
import io.undertone.audio.PayloadEncoder;
import io.undertone.audio.Waveform;
import io.undertone.schemas.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One channel of a recorded call, as a gateway would send it: encoded, in chunks. Immutable.
public final class RecordedChannel {

    private static final int TELEPHONE_RATE_HZ = 8_000;

    private final String channel;
    private final Role role;
    private final AudioFormat format;
    private final int chunkSamples;
    private final long samples;
    private final List<byte[]> payloads; // of the chunks, in order

    private RecordedChannel(
            String channel, Role role, AudioFormat format, int chunkSamples, long samples, List<byte[]> payloads) {
        this.channel = channel;
        this.role = role;
        this.format = format;
        this.chunkSamples = chunkSamples;
        this.samples = samples;
        this.payloads = payloads;
    }

    /// @param codec empty: mu-law for telephone audio (8 kHz), else 16-bit PCM
    /// @param chunk length of a chunk, a multiple of 20 ms
    /// @throws InvalidInputException if the chunk's length or the sampling rate cannot be sent
    public static RecordedChannel encode(
            String channel, Role role, Waveform waveform, Optional<Codec> codec, Duration chunk) {
        long millis = chunk.toMillis();
        if (millis < 20 || millis > 5_000 || millis % 20 != 0) {
            throw new InvalidInputException("length of a chunk must be a multiple of 20 ms in [20, 5000]: " + millis);
        }
        AudioFormat format = format(waveform.sampleRateHz(), codec);
        int chunkSamples = Math.toIntExact(millis * format.sampleRateHz() / 1000);
        List<byte[]> payloads = format.codec() == Codec.OPUS
                ? opusPayloads(waveform, format, chunkSamples)
                : pcmPayloads(waveform, format, chunkSamples);
        return new RecordedChannel(channel, role, format, chunkSamples, waveform.length(), payloads);
    }

    private static List<byte[]> opusPayloads(Waveform waveform, AudioFormat format, int chunkSamples) {
        OpusPayloads encoder = OpusPayloads.at(format.sampleRateHz());
        List<byte[]> payloads = new ArrayList<>();
        for (int start = 0; start < waveform.length(); start += chunkSamples) {
            payloads.add(encoder.encode(waveform.slice(start, Math.min(start + chunkSamples, waveform.length()))));
        }
        return payloads;
    }

    private static List<byte[]> pcmPayloads(Waveform waveform, AudioFormat format, int chunkSamples) {
        float[] samples = waveform.toArray();
        List<byte[]> payloads = new ArrayList<>();
        for (int start = 0; start < samples.length; start += chunkSamples) {
            int end = Math.min(start + chunkSamples, samples.length);
            payloads.add(PayloadEncoder.encodePcm(format.codec(), samples, start, end));
        }
        return payloads;
    }

    /// Every channel of a file.
    ///
    /// @param name of the channel when the file has one; a file with several names them itself
    public static List<RecordedChannel> read(Path file, String name, Role role, Optional<Codec> codec, Duration chunk) {
        List<Waveform> waveforms = AudioFile.read(file);
        List<RecordedChannel> channels = new ArrayList<>();
        for (int i = 0; i < waveforms.size(); i++) {
            Waveform waveform = waveforms.get(i);
            if (waveform.length() == 0) {
                throw new InvalidInputException(file + " holds no audio: 0 samples");
            }
            String channel = waveforms.size() == 1 ? name : AudioFile.channelName(i, waveforms.size());
            channels.add(encode(channel, role, waveform, codec, chunk));
        }
        return channels;
    }

    RecordedChannel withRole(Role other) {
        return new RecordedChannel(channel, other, format, chunkSamples, samples, payloads);
    }

    private static AudioFormat format(int sampleRateHz, Optional<Codec> wanted) {
        Codec codec = wanted.orElse(sampleRateHz == TELEPHONE_RATE_HZ ? Codec.PCM_MULAW : Codec.PCM_S16LE);
        try {
            return new AudioFormat(codec, sampleRateHz);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("audio at " + sampleRateHz + " Hz cannot be sent: " + e.getMessage(), e);
        }
    }

    public String channel() {
        return channel;
    }

    public Role role() {
        return role;
    }

    public AudioFormat format() {
        return format;
    }

    public int chunks() {
        return payloads.size();
    }

    /// A chunk's payload itself, not a copy.
    public byte[] payload(int chunk) {
        return payloads.get(chunk);
    }

    /// Position of a chunk's first sample.
    public long firstSample(int chunk) {
        return (long) chunk * chunkSamples;
    }

    /// One past a chunk's last sample.
    long endSample(int chunk) {
        return Math.min(samples, firstSample(chunk) + chunkSamples);
    }

    public Duration duration() {
        return time(samples);
    }

    /// How long after the start of the channel a sample is produced.
    Duration time(long sample) {
        return Duration.ofNanos(sample * 1_000_000_000L / format.sampleRateHz());
    }
}
