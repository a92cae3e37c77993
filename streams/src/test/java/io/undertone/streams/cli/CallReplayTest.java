package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.Codec;
import io.undertone.audio.Waveform;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.Role;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallReplayTest {

    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");
    private static final Duration CHUNK = Duration.ofMillis(200);

    @Test
    void shouldGiveAChunkWhenItsLastSampleWasProduced() {
        CallReplay replay = new CallReplay("call", List.of(channel("customer", 8_000)), START, 1);

        assertThat(replay.nextDue()).contains(START.plusMillis(200));
        assertThat(replay.take().getCapturedAt()).isEqualTo(START.plusMillis(200));
        assertThat(replay.nextDue()).contains(START.plusMillis(400));
    }

    @Test
    void shouldNumberTheChunksAndEndTheStreamWithTheLast() {
        List<AudioChunk> chunks = all(new CallReplay("call", List.of(channel("customer", 4_000)), START, 1));

        assertThat(chunks).extracting(AudioChunk::getSequence).containsExactly(0L, 1L, 2L);
        assertThat(chunks).extracting(AudioChunk::getFirstSample).containsExactly(0L, 1600L, 3200L);
        assertThat(chunks).extracting(AudioChunk::getEndOfStream).containsExactly(false, false, true);
        assertThat(chunks.getLast().getCapturedAt()).isEqualTo(START.plusMillis(500));
        assertThat(chunks.getLast().getPayload().remaining()).isEqualTo(800);
    }

    @Test
    void shouldInterleaveTheChannelsByTime() {
        List<AudioChunk> chunks =
                all(new CallReplay("call", List.of(channel("customer", 3_200), channel("agent", 3_200)), START, 1));

        assertThat(chunks).extracting(AudioChunk::getChannel).containsExactly("customer", "agent", "customer", "agent");
    }

    @Test
    void shouldGoTwiceAsFastAtSpeedTwo() {
        CallReplay replay = new CallReplay("call", List.of(channel("customer", 8_000)), START, 2);

        assertThat(replay.nextDue()).contains(START.plusMillis(100));
        assertThat(replay.end()).isEqualTo(START.plusMillis(500));
        assertThat(replay.producedAt("customer", 600)).isEqualTo(START.plusMillis(300));
    }

    @Test
    void shouldEndTheStreamsOfACallThatHangsUp() {
        CallReplay replay =
                new CallReplay("call", List.of(channel("customer", 8_000), channel("agent", 8_000)), START, 1);
        replay.take();

        List<AudioChunk> ends = replay.hangUp();

        assertThat(ends).singleElement().satisfies(end -> {
            assertThat(end.getChannel()).isEqualTo("customer");
            assertThat(end.getEndOfStream()).isTrue();
            assertThat(end.getSequence()).isEqualTo(1);
            assertThat(end.getFirstSample()).isEqualTo(1600);
            assertThat(end.getPayload().remaining()).isZero();
        });
        assertThat(replay.nextDue()).isEmpty();
    }

    @Test
    void shouldSendTelephoneAudioAsMulawAndOtherAudioAs16Bit() {
        Waveform telephone = Waveform.of(new float[800], 8_000);
        Waveform wideband = Waveform.of(new float[1600], 16_000);

        assertThat(first(telephone, Optional.empty()).getCodec()).isEqualTo(AudioCodec.PCM_MULAW);
        assertThat(first(wideband, Optional.empty()).getCodec()).isEqualTo(AudioCodec.PCM_S16LE);
        assertThat(first(wideband, Optional.of(Codec.OPUS)).getCodec()).isEqualTo(AudioCodec.OPUS);
    }

    @Test
    void shouldGiveTheSameAudioHoweverItIsCut() {
        float[] samples = new float[8_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.sin(i * 0.05) * 0.7f;
        }
        Waveform waveform = Waveform.of(samples, 8_000);

        assertThat(payload(waveform, 20)).isEqualTo(payload(waveform, 1_000));
    }

    private static byte[] payload(Waveform waveform, int chunkMillis) {
        RecordedChannel audio = RecordedChannel.encode(
                "customer", Role.CUSTOMER, waveform, Optional.of(Codec.PCM_ALAW), Duration.ofMillis(chunkMillis));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int chunk = 0; chunk < audio.chunks(); chunk++) {
            bytes.writeBytes(audio.payload(chunk));
        }
        return bytes.toByteArray();
    }

    private static AudioChunk first(Waveform waveform, Optional<Codec> codec) {
        RecordedChannel audio = RecordedChannel.encode("customer", Role.CUSTOMER, waveform, codec, CHUNK);
        return new CallReplay("call", List.of(audio), START, 1).take();
    }

    private static RecordedChannel channel(String name, int samples) {
        return RecordedChannel.encode(
                name, Role.CUSTOMER, Waveform.of(new float[samples], 8_000), Optional.empty(), CHUNK);
    }

    private static List<AudioChunk> all(CallReplay replay) {
        List<AudioChunk> chunks = new ArrayList<>();
        while (replay.nextDue().isPresent()) {
            chunks.add(replay.take());
        }
        return chunks;
    }
}
