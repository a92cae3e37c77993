package io.undertone.audio;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gagravarr.ogg.OggPacket;
import org.gagravarr.ogg.OggPacketReader;

/// Opus in Ogg (RFC 7845): mono or stereo. Pre-skip is dropped, the output gain applied, and the end trimmed to
/// the granule position of the last page. Of a file with several streams the first one that is Opus is read.
///
/// Always decoded at 48 kHz: at lower rates the decoder gives noise for hybrid packets (see [OpusPackets]).
final class OggOpusReader {

    private static final double GAIN_STEPS_PER_DECADE = 20 * 256.0; // dB in Q7.8 (RFC 7845, 5.1)

    /// @param preSkip samples
    /// @param gain factor
    private record Head(int channels, int preSkip, float gain) {}

    private final Head head;
    private final OpusDecoder decoder;
    private final short[] pcm; // [channels * 120 ms], interleaved: one decoded packet
    private float[] decoded = new float[1 << 15]; // [channels * frames], interleaved, grows
    private int decodedFrames;

    private OggOpusReader(Head head) throws OpusException {
        this.head = head;
        this.decoder = new OpusDecoder(OpusPackets.RATE_HZ, head.channels());
        this.pcm = new short[head.channels() * OpusPackets.MAX_PACKET_SAMPLES];
    }

    static List<Waveform> read(byte[] file) throws MalformedAudioException {
        try {
            OggPacketReader packets = new OggPacketReader(new ByteArrayInputStream(file));
            OggPacket first = findHead(packets);
            return new OggOpusReader(parseHead(first.getData())).readAudio(packets, first.getSid());
        } catch (IOException | OpusException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MalformedAudioException("its Ogg pages or Opus packets are broken (" + e.getMessage() + ")", e);
        }
    }

    private static OggPacket findHead(OggPacketReader packets) throws IOException, MalformedAudioException {
        String found = "nothing";
        for (OggPacket packet = packets.getNextPacket(); packet != null; packet = packets.getNextPacket()) {
            if (!packet.isBeginningOfStream()) {
                break;
            }
            byte[] data = packet.getData();
            if (AudioFile.startsWith(data, "OpusHead")) {
                return packet;
            }
            found = kindOf(data);
        }
        throw new MalformedAudioException("it is Ogg with " + found + " inside; expected Opus");
    }

    private static String kindOf(byte[] data) {
        if (AudioFile.startsWith(data, 1, "vorbis")) {
            return "Vorbis";
        }
        if (AudioFile.startsWith(data, "Speex")) {
            return "Speex";
        }
        return AudioFile.startsWith(data, 1, "FLAC") ? "FLAC" : "an unknown codec";
    }

    private static Head parseHead(byte[] data) throws MalformedAudioException {
        if (data.length < 19 || (data[8] & 0xf0) != 0) {
            throw new MalformedAudioException("its Opus header is broken or of a version that is not known");
        }
        ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        int channels = in.get(9) & 0xff;
        if (channels < 1 || channels > 2) {
            throw new MalformedAudioException("it has " + channels + " Opus channels; expected 1 or 2");
        }
        float gain = (float) Math.pow(10, in.getShort(16) / GAIN_STEPS_PER_DECADE);
        return new Head(channels, in.getShort(10) & 0xffff, gain);
    }

    private List<Waveform> readAudio(OggPacketReader packets, int streamId) throws IOException, OpusException {
        packets.getNextPacketWithSid(streamId); // the tags
        OggPacket packet = packets.getNextPacketWithSid(streamId);
        int firstPage = packet == null ? -1 : packet.getSequenceNumber();
        boolean onFirstPage = true;
        long firstGranule = 0; // position of the first decoded sample: not 0 when the head of a stream was cut off
        long lastGranule = -1;
        for (; packet != null; packet = packets.getNextPacketWithSid(streamId)) {
            if (onFirstPage && packet.getSequenceNumber() != firstPage) {
                firstGranule = Math.max(0, lastGranule - decodedFrames);
                onFirstPage = false;
            }
            lastGranule = Math.max(lastGranule, packet.getGranulePosition());
            decode(packet.getData());
            if (packet.isEndOfStream()) {
                break;
            }
        }
        return trim(lastGranule < 0 ? decodedFrames : lastGranule - firstGranule);
    }

    private void decode(byte[] packet) throws OpusException {
        if (packet.length == 0) {
            return;
        }
        int frames = decoder.decode(packet, 0, packet.length, pcm, 0, pcm.length / head.channels(), false);
        int from = decodedFrames * head.channels();
        int values = frames * head.channels();
        if (from + values > decoded.length) {
            decoded = Arrays.copyOf(decoded, Math.max(from + values, decoded.length * 2));
        }
        for (int i = 0; i < values; i++) {
            decoded[from + i] = Math.clamp(pcm[i] / 32_768f * head.gain(), -1f, 1f);
        }
        decodedFrames += frames;
    }

    /// @param end where the audio ends, counted from the first decoded sample, pre-skip and all
    private List<Waveform> trim(long end) {
        int from = Math.min(decodedFrames, head.preSkip());
        int to = Math.clamp(end, from, decodedFrames);
        List<Waveform> waveforms = new ArrayList<>();
        for (int channel = 0; channel < head.channels(); channel++) {
            float[] samples = new float[to - from];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = decoded[(from + i) * head.channels() + channel];
            }
            waveforms.add(Waveform.of(samples, OpusPackets.RATE_HZ));
        }
        return List.copyOf(waveforms);
    }
}
