package io.undertone.streams;

import io.github.jaredmdobson.concentus.OpusApplication;
import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.Role;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// One channel of a call, as its gateway sends it on a bad day. Its time is cut into sections of [#SECTION] chunks,
/// and in each of them one thing goes wrong, the last one excepted. Made from a seed; immutable.
final class GatewayChannel {

    static final int CHUNK_MILLIS = 240; // whole packets of Opus
    static final int SECTION = 32;
    private static final int PACKET_MILLIS = 20;
    /// Behind the grace of 2 s, by audio.
    private static final int LATE_BY_CHUNKS = 14;
    private static final Duration AWAY = Duration.ofSeconds(2);

    /// A chunk, and when it is sent.
    ///
    /// @param atMillis since the call began
    record Timed(long atMillis, AudioChunk chunk) {}

    /// What goes wrong in a section.
    private enum Trouble {
        /// Some chunks come twice, the second time later.
        DOUBLED,
        /// Any order, within the grace.
        SHUFFLED,
        /// A chunk of another format in between, which must be refused.
        FOREIGN,
        /// A chunk comes when its place is silence already.
        LATE,
        /// Some chunks in a row never come.
        GAP;

        /// Whether every sample comes all the same.
        boolean isHarmless() {
            return this == DOUBLED || this == SHUFFLED || this == FOREIGN;
        }
    }

    /// What happens once in a channel.
    enum Event {
        NONE,
        /// The gateway is started anew and counts from 0.
        RESTART,
        /// Its clock is wrong for a while.
        CLOCK
    }

    private final Codec codec;
    private final int rateHz;
    private final float[] samples;
    private final List<Timed> sent;

    private GatewayChannel(Codec codec, int rateHz, float[] samples, List<Timed> sent) {
        this.codec = codec;
        this.rateHz = rateHz;
        this.samples = samples;
        this.sent = List.copyOf(sent);
    }

    /// @param lossy whether audio may be lost, or come too late
    static GatewayChannel disturbed(
            String call, String name, Codec codec, int chunks, Event event, boolean lossy, Instant start, long seed) {
        Random random = new Random(seed);
        int rateHz = codec == Codec.PCM_S16LE || codec == Codec.OPUS ? 16_000 : 8_000;
        float[] samples = talk(chunks * CHUNK_MILLIS * rateHz / 1000, rateHz, random);
        List<AudioChunk> captured = captured(call, name, Role.CUSTOMER, codec, rateHz, samples, start);
        List<Timed> timed = new ArrayList<>();
        captured.forEach(chunk -> timed.add(new Timed((timed.size() + 1L) * CHUNK_MILLIS, chunk)));
        int middle = SECTION * (chunks / SECTION / 2);
        switch (event) {
            case NONE -> {}
            case RESTART -> countAnew(timed, middle);
            case CLOCK -> turnClock(timed.subList(middle, middle + SECTION / 2), random);
        }
        Timed straggler = timed.get(middle - 2);
        Timed beforeIt = timed.get(middle + 3);
        List<Timed> sent = troubled(timed, lossy, random);
        if (event == Event.RESTART && lossy) {
            sent.removeIf(each -> each.chunk().equals(straggler.chunk()));
            sent.add(sent.indexOf(beforeIt) + 1, straggler);
        }
        sent.addAll(stragglers(timed, sent));
        return new GatewayChannel(codec, rateHz, samples, inOrderOfSending(sent));
    }

    /// What still comes when the channel has ended: a chunk that was lost, or a repetition; and one of a gateway that
    /// was started anew for nothing.
    private static List<Timed> stragglers(List<Timed> timed, List<Timed> sent) {
        AudioChunk lost = timed.stream()
                .filter(each -> !sent.contains(each))
                .findFirst()
                .orElse(timed.getLast())
                .chunk();
        long at = timed.getLast().atMillis();
        AudioChunk anew = AudioChunk.newBuilder(timed.getFirst().chunk())
                .setCapturedAt(timed.getLast().chunk().getCapturedAt().plus(AWAY))
                .build();
        return List.of(new Timed(at, lost), new Timed(at, anew), new Timed(at, lost));
    }

    /// A channel of an agent: nobody may look at it, and nothing much goes wrong.
    static GatewayChannel agent(String call, int chunks, Instant start, long seed) {
        Random random = new Random(seed);
        float[] samples = talk(chunks * CHUNK_MILLIS * 8, 8_000, random);
        List<Timed> sent = new ArrayList<>();
        long at = 0;
        for (AudioChunk chunk : captured(call, "agent", Role.AGENT, Codec.PCM_MULAW, 8_000, samples, start)) {
            at += CHUNK_MILLIS;
            for (int times = random.nextInt(20) == 0 ? 2 : 1; times > 0; times--) {
                sent.add(new Timed(at, chunk));
            }
        }
        return new GatewayChannel(Codec.PCM_MULAW, 8_000, samples, sent);
    }

    /// In the order in which they are sent.
    List<Timed> sent() {
        return sent;
    }

    /// What was said, as 16-bit samples would hold it.
    float[] samples() {
        float[] rounded = new float[samples.length];
        for (int i = 0; i < samples.length; i++) {
            rounded[i] = Math.round(samples[i] * 32_768f) / 32_768f;
        }
        return rounded;
    }

    int rateHz() {
        return rateHz;
    }

    Codec codec() {
        return codec;
    }

    // ---- what was captured

    private static float[] talk(int length, int rateHz, Random random) {
        float[] samples = new float[length];
        for (int i = 0; i < length; i++) {
            double loudness = 0.15 + 0.15 * Math.sin(2 * Math.PI * 3 * i / rateHz);
            samples[i] = (float) (loudness * random.nextDouble(-1, 1));
        }
        return samples;
    }

    private static List<AudioChunk> captured(
            String call, String name, Role role, Codec codec, int rateHz, float[] samples, Instant start) {
        List<AudioChunk> chunks = new ArrayList<>();
        int length = CHUNK_MILLIS * rateHz / 1000;
        List<byte[]> payloads = payloads(codec, rateHz, samples, length);
        for (int i = 0; i < payloads.size(); i++) {
            chunks.add(AudioChunk.newBuilder()
                    .setCallId(call)
                    .setChannel(name)
                    .setRole(role)
                    .setCodec(AudioCodec.valueOf(codec.name()))
                    .setSampleRateHz(rateHz)
                    .setSequence(i)
                    .setFirstSample((long) i * length)
                    .setCapturedAt(start.plusMillis((i + 1L) * CHUNK_MILLIS))
                    .setPayload(ByteBuffer.wrap(payloads.get(i)))
                    .setEndOfStream(i == payloads.size() - 1)
                    .build());
        }
        return chunks;
    }

    private static List<byte[]> payloads(Codec codec, int rateHz, float[] samples, int length) {
        List<byte[]> payloads = new ArrayList<>();
        try {
            OpusEncoder opus = new OpusEncoder(16_000, 1, OpusApplication.OPUS_APPLICATION_VOIP);
            opus.setComplexity(1); // quick
            opus.setBitrate(24_000);
            for (int from = 0; from < samples.length; from += length) {
                payloads.add(
                        codec == Codec.OPUS
                                ? packets(opus, samples, from, length, rateHz * PACKET_MILLIS / 1000)
                                : PayloadEncoder.encodePcm(codec, samples, from, from + length));
            }
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
        return payloads;
    }

    private static byte[] packets(OpusEncoder opus, float[] samples, int from, int length, int packetSamples)
            throws OpusException {
        ByteBuffer payload = ByteBuffer.allocate(2000 * length / packetSamples);
        byte[] packet = new byte[1275];
        short[] pcm = new short[packetSamples];
        for (int at = from; at < from + length; at += packetSamples) {
            for (int i = 0; i < packetSamples; i++) {
                pcm[i] = (short) Math.round(samples[at + i] * 32_767);
            }
            int bytes = opus.encode(pcm, 0, packetSamples, packet, 0, packet.length);
            payload.putShort((short) bytes).put(packet, 0, bytes);
        }
        byte[] bytes = new byte[payload.position()];
        payload.flip().get(bytes);
        return bytes;
    }

    // ---- what goes wrong

    private static void countAnew(List<Timed> timed, int from) {
        AudioChunk first = timed.get(from).chunk();
        for (int i = from; i < timed.size(); i++) {
            AudioChunk chunk = timed.get(i).chunk();
            timed.set(
                    i,
                    new Timed(
                            timed.get(i).atMillis() + AWAY.toMillis(),
                            AudioChunk.newBuilder(chunk)
                                    .setSequence(chunk.getSequence() - first.getSequence())
                                    .setFirstSample(chunk.getFirstSample() - first.getFirstSample())
                                    .setCapturedAt(chunk.getCapturedAt().plus(AWAY))
                                    .build()));
        }
    }

    private static void turnClock(List<Timed> timed, Random random) {
        long[] seconds = {600, -600, 86_400, -86_400}; // a day off is not believed
        long by = seconds[random.nextInt(seconds.length)];
        timed.replaceAll(each -> new Timed(
                each.atMillis(),
                AudioChunk.newBuilder(each.chunk())
                        .setCapturedAt(each.chunk().getCapturedAt().plusSeconds(by))
                        .build()));
    }

    private static List<Timed> troubled(List<Timed> timed, boolean lossy, Random random) {
        List<Trouble> troubles = new ArrayList<>(List.of(Trouble.values()));
        troubles.removeIf(trouble -> !lossy && !trouble.isHarmless());
        Collections.shuffle(troubles, random);
        List<Timed> sent = new ArrayList<>();
        for (int from = 0; from < timed.size(); from += SECTION) {
            List<Timed> section = new ArrayList<>(timed.subList(from, Math.min(from + SECTION, timed.size())));
            if (from + SECTION < timed.size()) { // the end of the stream stands in none of them
                disturb(section, troubles.get(from / SECTION % troubles.size()), random);
            }
            sent.addAll(section);
        }
        return sent;
    }

    /// What it does to audio is over, by the grace, before the section ends.
    private static void disturb(List<Timed> section, Trouble trouble, Random random) {
        int at = 4 + random.nextInt(9);
        switch (trouble) {
            case DOUBLED -> {
                for (int i = 0; i < 5; i++) {
                    int from = random.nextInt(SECTION - 2);
                    section.add(from + 1 + random.nextInt(SECTION - 1 - from), section.get(from));
                }
            }
            case SHUFFLED -> {
                for (int from = 0; from + 6 <= SECTION; from += 6) {
                    Collections.shuffle(section.subList(from, from + 6), random);
                }
            }
            case FOREIGN -> {
                Timed next = section.get(at);
                boolean mulaw = next.chunk().getCodec() == AudioCodec.PCM_MULAW;
                section.add(
                        at,
                        new Timed(
                                next.atMillis(),
                                AudioChunk.newBuilder(next.chunk())
                                        .setCodec(mulaw ? AudioCodec.PCM_ALAW : AudioCodec.PCM_MULAW)
                                        .setSampleRateHz(8_000)
                                        .build()));
            }
            case LATE -> section.add(at + LATE_BY_CHUNKS, section.remove(at));
            case GAP -> section.subList(at, at + 1 + random.nextInt(5)).clear();
        }
    }

    /// Nothing is sent before it is captured, nor before what stands before it.
    private static List<Timed> inOrderOfSending(List<Timed> chunks) {
        List<Timed> sent = new ArrayList<>();
        long at = 0;
        for (Timed chunk : chunks) {
            at = Math.max(at, chunk.atMillis());
            sent.add(new Timed(at, chunk.chunk()));
        }
        return sent;
    }

    /// Merged by the time of sending.
    static List<Timed> together(List<GatewayChannel> channels) {
        return channels.stream()
                .flatMap(channel -> channel.sent().stream())
                .sorted(Comparator.comparingLong(Timed::atMillis))
                .toList();
    }
}
