package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.rank.Listing;
import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.AudioCodec;
import io.undertone.schemas.DeadChunk;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import io.undertone.tag.TaggingRules;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Windows of 3 s every second; chunks of 500 ms, so that window 0 is complete with chunk 5.
@Timeout(60)
final class TaggingTopologyTest extends TopologyTest {

    private final HeldQueue held = new HeldQueue(encoder, 1000);

    // ---- windows and their order

    @Test
    void shouldTagAWindowOnceItsLastChunkArrives() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 5));
        tagger.drain();
        assertThat(tagger.tags()).isEmpty();
        tagger.send(chunks.get(5));
        tagger.drain();

        assertThat(tagger.tags()).singleElement().satisfies(tag -> {
            assertThat(tag.getWindowIndex()).isZero();
            assertThat(tag.getStartMs()).isZero();
            assertThat(tag.getEndMs()).isEqualTo(3000);
            assertThat(tag.getRole()).isEqualTo(Role.CUSTOMER);
            assertThat(tag.getChannel()).isEqualTo("customer");
            assertThat(tag.getAbstained()).isNull();
            assertThat(tag.getRanking()).isNotEmpty();
            assertThat(tag.getCoverage()).isEqualTo(1.0);
        });
    }

    @Test
    void shouldTagEveryHopOfAWholeCall() {
        TopologyHarness tagger = direct();

        tagger.sendAll(TestAudio.talk("call", 10, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.tags())
                .extracting(EmotionTag::getWindowIndex)
                .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void shouldDateATagWithTheEndOfItsWindow() {
        TopologyHarness tagger = direct();

        tagger.sendAll(TestAudio.talk("call", 4, 1).chunks(700));
        tagger.drain();

        assertThat(tagger.tagRecords())
                .extracting(TestRecord::getRecordTime)
                .containsExactly(TestAudio.CALL_START.plusMillis(3000), TestAudio.CALL_START.plusMillis(4000));
    }

    @Test
    void shouldNotBelieveAClockThatIsYearsAway() {
        TopologyHarness tagger = direct();
        AudioChunk chunk = TestAudio.talk("call", 3, 1).chunks(3000).getFirst();
        byte[] value = bytes(AudioChunk.newBuilder(chunk)
                .setCapturedAt(Instant.parse("2099-01-01T00:00:00Z"))
                .build());

        tagger.sendBytes("call", value, TopologyHarness.START);
        tagger.drain();

        assertThat(tagger.tagRecords())
                .singleElement()
                .extracting(TestRecord::getRecordTime)
                .isEqualTo(TopologyHarness.START);
    }

    @Test
    void shouldGiveTheSameTagsHoweverTheChunksAreShuffledAndDoubled() {
        List<EmotionTag> expected = undisturbed(TestAudio.talk("call", 12, 7).chunks(200));
        List<AudioChunk> chunks = new ArrayList<>(TestAudio.talk("call", 12, 7).chunks(200));
        shuffleWithin(chunks, 5, new Random(3));
        for (int i = 0; i < 20; i++) {
            chunks.add(i * 3, chunks.get(i * 2));
        }
        TopologyHarness tagger = direct();

        tagger.sendAll(chunks);
        tagger.drain();

        assertThat(withoutCapture(tagger.tags())).isEqualTo(withoutCapture(expected));
        assertThat(tagger.counters().duplicates()).isEqualTo(20);
        assertThat(tagger.dead()).isEmpty();
    }

    @Test
    void shouldPublishInOrderWhateverOrderTheAnswersComeIn() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 7, 1).chunks(500));

        held.answer(3);
        held.answer(2);
        held.answer(1);
        tagger.drain();
        assertThat(tagger.tags()).isEmpty();
        held.answer(0);
        tagger.drain();

        assertThat(tagger.tags()).extracting(EmotionTag::getWindowIndex).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void shouldNotLetASlowWindowHoldBackAnotherCall() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("slow", 3, 1).chunks(500));
        tagger.sendAll(TestAudio.talk("quick", 3, 2).chunks(500));

        held.answer(1);
        tagger.drain();

        assertThat(tagger.tags()).extracting(EmotionTag::getCallId).containsExactly("quick");
    }

    @Test
    void shouldPublishAbstentionsInTheirPlace() {
        Tagging picky = TestTagging.of(new TaggingRules(0.2, 0.5, false, Listing.all()));
        TopologyHarness tagger = tagger(picky, TopologyHarness.rules(), held);
        short[] talk = TestAudio.talk("call", 3, 1).samples();
        TestAudio call = TestAudio.silence("call", 9);
        System.arraycopy(talk, 0, call.samples(), 0, talk.length);

        tagger.sendAll(call.chunks(500));
        assertThat(tagger.tags()).isEmpty();
        held.answerAll();
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).extracting(EmotionTag::getWindowIndex).isSorted().hasSize(7);
        assertThat(tags.getLast().getAbstained()).isEqualTo(AbstainReason.NO_SPEECH);
        assertThat(tags.getLast().getRanking()).isEmpty();
        assertThat(tags.getLast().getValence()).isNull();
    }

    @Test
    void shouldSkipSilentWindowsWhenToldSo() {
        ChannelRules rules = TopologyHarness.rules();
        ChannelRules quiet = new ChannelRules(
                rules.policy(),
                rules.rememberCalls(),
                rules.gapTimeout(),
                rules.idleTimeout(),
                rules.rememberFinished(),
                rules.pendingBound(),
                false,
                rules.summaryEvery(),
                rules.alerts(),
                rules.feed());
        TopologyHarness tagger = tagger(
                TestTagging.of(new TaggingRules(0.2, 0.5, false, Listing.all())), quiet, new DirectQueue(encoder));

        tagger.sendAll(TestAudio.silence("call", 6).chunks(500));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.storedChunks()).isZero();
    }

    @Test
    void shouldSayThatTheEncoderFailedAndGoOn() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 5, 1).chunks(500));

        held.fail(1);
        held.answerAll();
        tagger.drain();

        assertThat(tagger.tags())
                .extracting(EmotionTag::getAbstained)
                .containsExactly(null, AbstainReason.ENCODER_FAILED, null);
    }

    @Test
    void shouldEndTheThreadWhenTheEncoderIsLost() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 3, 1).chunks(500));

        held.lose();

        assertThatThrownBy(tagger::drain)
                .hasRootCauseMessage("told by the test")
                .hasStackTraceContaining("EncoderLostException");
    }

    // ---- gaps, lateness, ends

    @Test
    void shouldFillAGapOnceItsGraceHasPassedInCallTime() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 4));
        tagger.sendAll(chunks.subList(5, 9));
        tagger.drain();
        assertThat(tagger.tags()).isEmpty();
        tagger.sendAll(chunks.subList(9, 16));
        tagger.drain();

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).hasSize(6);
        assertThat(tags.getFirst().getCoverage()).isBetween(0.82, 0.84);
        assertThat(tags.getLast().getCoverage()).isEqualTo(1.0);
    }

    @Test
    void shouldFillAGapWhenNoMoreAudioComes() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);

        tagger.sendAll(chunks.subList(0, 4));
        tagger.sendAll(chunks.subList(5, 8));
        tagger.pass(Duration.ofSeconds(4));
        assertThat(tagger.tags()).isEmpty();
        tagger.pass(Duration.ofSeconds(2));

        assertThat(tagger.tags()).hasSize(2);
    }

    @Test
    void shouldPutALateChunkAside() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);
        List<AudioChunk> late = new ArrayList<>(chunks.subList(0, 14));
        late.add(late.remove(2));

        tagger.sendAll(late);
        tagger.drain();

        assertThat(tagger.dead()).singleElement().satisfies(letter -> {
            assertThat(letter.getReason()).isEqualTo("LATE");
            assertThat(letter.getSequence()).isEqualTo(2);
        });
        assertThat(tagger.tags()).hasSize(5);
    }

    @Test
    void shouldPutOverlappingAudioAside() {
        TopologyHarness tagger = direct();
        TestAudio audio = TestAudio.talk("call", 8, 1);
        tagger.send(audio.chunk(0, 0, 8000, false));

        tagger.send(audio.chunk(1, 4000, 12000, false));

        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("OVERLAP");
    }

    @Test
    void shouldPadTheLastWindowWhenTheStreamEnds() {
        TopologyHarness tagger = direct();

        tagger.sendAll(TestAudio.talk("call", 4.5, 1).chunks(500));
        tagger.drain();

        EmotionTag last = tagger.tags().getLast();
        assertThat(last.getPartial()).isTrue();
        assertThat(last.getWindowIndex()).isEqualTo(2);
        assertThat(last.getCoverage()).isBetween(0.83, 0.84);
    }

    @Test
    void shouldKeepOnlyAMarkerOfAnEndedChannel() {
        TopologyHarness tagger = direct();

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.drain();

        assertThat(tagger.storedChunks()).isZero();
        assertThat(tagger.storedChannels()).singleElement().isInstanceOf(ChannelState.Finished.class);
    }

    @Test
    void shouldEndAChannelWhoseGatewayFellSilent() {
        TopologyHarness tagger = direct();
        tagger.sendAll(TestAudio.talk("call", 8, 1).chunks(500).subList(0, 9));
        tagger.drain();
        assertThat(tagger.tags()).hasSize(2);

        tagger.pass(Duration.ofSeconds(119));
        assertThat(tagger.tags()).isEmpty();
        tagger.pass(Duration.ofSeconds(2));

        assertThat(tagger.tags())
                .singleElement()
                .extracting(EmotionTag::getPartial)
                .isEqualTo(true);
        assertThat(tagger.storedChunks()).isZero();
    }

    @Test
    void shouldNotStartAnEndedChannelAnewForALateDuplicate() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        tagger.sendAll(chunks);
        tagger.drain();
        tagger.tags();

        tagger.sendAll(chunks.subList(3, 12));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.dead()).isEmpty();
        assertThat(tagger.counters().duplicates()).isEqualTo(9);
    }

    @Test
    void shouldPutAudioBehindTheEndAside() {
        TopologyHarness tagger = direct();
        TestAudio audio = TestAudio.talk("call", 6, 1);
        tagger.sendAll(audio.chunks(500));

        tagger.send(audio.chunk(12, 0, 8000, false));

        assertThat(tagger.dead()).singleElement().satisfies(letter -> {
            assertThat(letter.getReason()).isEqualTo("LATE");
            assertThat(letter.getDetail()).contains("sequence must be at most 11", "12");
        });
    }

    /// What is said of it must not hang on how far the encoder is.
    @Test
    void shouldJudgeWhatComesBehindTheEndAlikeBeforeAndAfterTheLastTag() {
        TopologyHarness tagger = tagger(held);
        TestAudio audio = TestAudio.talk("call", 9, 1);
        List<AudioChunk> chunks = audio.chunks(500);
        AudioChunk lost = chunks.remove(3);
        AudioChunk anew = AudioChunk.newBuilder(chunks.getFirst())
                .setCapturedAt(chunks.getLast().getCapturedAt().plusSeconds(2))
                .build();
        List<AudioChunk> behind = List.of(chunks.get(1), lost, anew, audio.chunk(18, 0, 8000, false));
        tagger.sendAll(chunks);
        assertThat(tagger.tags()).isEmpty();

        tagger.sendAll(behind);
        List<String> before = details(tagger);
        held.answerAll();
        tagger.drain();
        assertThat(tagger.tags()).hasSize(7);
        tagger.sendAll(behind);

        assertThat(before)
                .containsExactly(
                        "the channel had ended before the gateway began again with sequence 0",
                        "sequence must be at most 17, with which the channel ended: 18");
        assertThat(details(tagger)).isEqualTo(before);
        assertThat(tagger.counters().duplicates()).isEqualTo(4);
    }

    private static List<String> details(TopologyHarness tagger) {
        return tagger.dead().stream().map(DeadChunk::getDetail).toList();
    }

    @Test
    void shouldForgetAnEndedChannelAfterAWhile() {
        TopologyHarness tagger = direct();
        tagger.sendAll(TestAudio.talk("early", 3, 1).chunks(500));
        tagger.drain();

        tagger.pass(Duration.ofMinutes(11));
        tagger.sendAll(TestAudio.talk("later", 6, 1).chunks(500).subList(0, 3));
        tagger.pass(Duration.ofSeconds(2));

        assertThat(tagger.storedChannels()).singleElement().isInstanceOf(ChannelState.Open.class);
    }

    @Test
    void shouldDeleteChunksThatNoWindowNeedsAnyMore() {
        TopologyHarness tagger = direct();

        List<AudioChunk> chunks = TestAudio.talk("call", 60, 1).chunks(500);
        tagger.sendAll(chunks.subList(0, 100));
        tagger.drain();

        assertThat(tagger.storedChunks()).isLessThanOrEqualTo(8);
    }

    // ---- malformed records

    @Test
    void shouldPutBytesThatAreNoChunkAside() {
        TopologyHarness tagger = direct();
        byte[] garbage = "not avro, though quite long".getBytes(StandardCharsets.UTF_8);

        tagger.sendBytes("call", garbage, TopologyHarness.START);

        assertThat(tagger.deadRecords()).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("call");
            DeadChunk letter = record.value();
            assertThat(letter.getReason()).isEqualTo("UNREADABLE");
            assertThat(letter.getSourceTopic()).isEqualTo("audio-chunks");
            assertThat(letter.getSourcePartition()).isZero();
            assertThat(letter.getSourceOffset()).isZero();
            assertThat(letter.getPayloadBytes()).isEqualTo(garbage.length);
            assertThat(letter.getPayloadSha256()).matches("[0-9a-f]{64}");
        });
    }

    @Test
    void shouldPutARecordWithoutValueAside() {
        TopologyHarness tagger = direct();

        tagger.sendBytes("call", null, TopologyHarness.START);

        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("UNREADABLE");
    }

    @Test
    void shouldPutATruncatedChunkAside() {
        TopologyHarness tagger = direct();
        byte[] value = bytes(TestAudio.talk("call", 1, 1).chunks(500).getFirst());

        tagger.sendBytes("call", Arrays.copyOf(value, value.length / 2), TopologyHarness.START);

        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("UNREADABLE");
    }

    @Test
    void shouldPutAChunkWithAnotherKeyAside() {
        TopologyHarness tagger = direct();
        byte[] value = bytes(TestAudio.talk("call", 1, 1).chunks(500).getFirst());

        tagger.sendBytes("other", value, TopologyHarness.START);
        tagger.sendBytes(null, value, TopologyHarness.START);

        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("KEY_MISMATCH", "KEY_MISMATCH");
    }

    @Test
    void shouldPutNamesThatAreNoNamesAside() {
        TopologyHarness tagger = direct();

        tagger.send(valid().setCallId(" ").build());
        tagger.send(valid().setChannel("").build());
        tagger.send(valid().setCallId("x".repeat(300)).build());

        assertThat(tagger.dead())
                .extracting(DeadChunk::getReason)
                .containsOnly("UNREADABLE")
                .hasSize(3);
    }

    @Test
    void shouldPutAudioThatCannotBeDecodedAside() {
        TopologyHarness tagger = direct();

        tagger.send(valid().setCodec(AudioCodec.UNKNOWN).build());
        tagger.send(valid().setSampleRateHz(0).build());
        tagger.send(valid().setSampleRateHz(44_101).build());
        tagger.send(valid().setCodec(AudioCodec.OPUS).setSampleRateHz(44_100).build());
        tagger.send(valid().setPayload(ByteBuffer.allocate(0)).build());
        tagger.send(valid().setPayload(ByteBuffer.allocate((1 << 20) + 2)).build());
        tagger.send(valid().setPayload(ByteBuffer.allocate(321)).build());
        tagger.send(valid().setCodec(AudioCodec.OPUS)
                .setPayload(ByteBuffer.allocate(3))
                .build());
        tagger.send(valid().setSequence(-1).build());
        tagger.send(valid().setSequence(1_000_000).build());
        tagger.send(valid().setFirstSample(-5).build());

        assertThat(tagger.dead())
                .extracting(DeadChunk::getReason)
                .containsExactly(
                        "UNKNOWN_CODEC",
                        "IMPOSSIBLE_SAMPLE_RATE",
                        "IMPOSSIBLE_SAMPLE_RATE",
                        "IMPOSSIBLE_SAMPLE_RATE",
                        "EMPTY_PAYLOAD",
                        "OVERSIZED_PAYLOAD",
                        "UNDECODABLE_PAYLOAD",
                        "UNDECODABLE_PAYLOAD",
                        "SEQUENCE_OUT_OF_RANGE",
                        "SEQUENCE_OUT_OF_RANGE",
                        "SEQUENCE_OUT_OF_RANGE");
        assertThat(tagger.storedChannels()).isEmpty();
    }

    @Test
    void shouldGoOnWithTheCallAfterAMalformedChunk() {
        List<AudioChunk> chunks = TestAudio.talk("call", 6, 1).chunks(500);
        List<EmotionTag> expected = undisturbed(chunks);
        TopologyHarness tagger = direct();

        tagger.sendAll(chunks.subList(0, 4));
        tagger.sendBytes("call", new byte[] {1, 2, 3}, TopologyHarness.START);
        tagger.send(AudioChunk.newBuilder(chunks.get(4)).setSampleRateHz(8_000).build());
        tagger.sendAll(chunks.subList(4, 12));
        tagger.drain();

        assertThat(tagger.tags()).isEqualTo(expected);
        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("UNREADABLE", "FORMAT_CHANGED");
    }

    @Test
    void shouldNeverPutAudioIntoADeadLetter() {
        TopologyHarness tagger = direct();
        byte[] secret = "the caller's voice, as it were!!".getBytes(StandardCharsets.UTF_8);

        tagger.sendBytes("call", secret, TopologyHarness.START);
        tagger.send(
                valid().setSampleRateHz(3).setPayload(ByteBuffer.wrap(secret)).build());
        tagger.send(valid().setCodec(AudioCodec.OPUS)
                .setPayload(ByteBuffer.wrap(secret))
                .build());

        List<DeadChunk> letters = tagger.dead();
        assertThat(letters).hasSize(3);
        for (DeadChunk letter : letters) {
            String text = new String(
                    TopologyHarness.SERDES.serde(DeadChunk.class).serializer().serialize("audio-chunks-dead", letter),
                    StandardCharsets.ISO_8859_1);
            assertThat(text).doesNotContain("caller").doesNotContain("voice");
        }
    }

    // ---- policy

    @Test
    void shouldDropAgentsBeforeAnythingIsDecodedAndSaySoOnce() {
        TopologyHarness tagger = direct();
        TestAudio agent = TestAudio.talk("call", 6, 1).as("agent", Role.AGENT);

        tagger.sendAll(agent.chunks(500).subList(0, 6));
        tagger.send(AudioChunk.newBuilder(agent.chunk(6, 0, 10, false))
                .setPayload(ByteBuffer.allocate(1))
                .build());
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.dead()).isEmpty();
        assertThat(tagger.storedChunks()).isZero();
        assertThat(encoder.batchSizes()).isEmpty();
        assertThat(tagger.audit()).singleElement().satisfies(record -> {
            assertThat(record.getDecision()).isEqualTo(PolicyDecision.BLOCKED_ROLE);
            assertThat(record.getRule()).isEqualTo("policy.scored-roles");
            assertThat(record.getRole()).isEqualTo(Role.AGENT);
            assertThat(record.getChannel()).isEqualTo("agent");
            assertThat(record.getChunks()).isEqualTo(1);
        });
    }

    @Test
    void shouldSayHowManyChunksItDroppedWhenTheChannelEnds() {
        TopologyHarness tagger = direct();

        tagger.sendAll(TestAudio.talk("call", 6, 1).as("agent", Role.AGENT).chunks(500));

        assertThat(tagger.audit()).extracting(PolicyRecord::getChunks).containsExactly(1L, 11L);
        assertThat(tagger.counters().blockedChunks()).isEqualTo(12);
    }

    @Test
    void shouldSayHowManyChunksItDroppedWhenTheGatewayFallsSilent() {
        TopologyHarness tagger = direct();
        tagger.sendAll(
                TestAudio.talk("call", 6, 1).as("mix", Role.MIXED).chunks(500).subList(0, 4));
        tagger.audit();

        tagger.pass(Duration.ofSeconds(121));

        assertThat(tagger.audit()).extracting(PolicyRecord::getChunks).containsExactly(3L);
    }

    @Test
    void shouldTagTheCustomerOfACallWhoseAgentIsDropped() {
        TopologyHarness tagger = direct();
        TestAudio customer = TestAudio.talk("call", 6, 1);
        List<AudioChunk> agent =
                TestAudio.talk("call", 6, 2).as("agent", Role.AGENT).chunks(500);

        for (int i = 0; i < 12; i++) {
            tagger.send(customer.chunks(500).get(i));
            tagger.send(agent.get(i));
        }
        tagger.drain();

        assertThat(tagger.tags()).hasSize(4).extracting(EmotionTag::getRole).containsOnly(Role.CUSTOMER);
    }

    @Test
    void shouldNotLetAChannelChangeItsRole() {
        TopologyHarness tagger = direct();
        List<AudioChunk> customer = TestAudio.talk("call", 6, 1).chunks(500);
        List<AudioChunk> agent =
                TestAudio.talk("call", 6, 2).as("agent", Role.AGENT).chunks(500);
        tagger.send(customer.get(0));
        tagger.send(agent.get(0));

        tagger.send(AudioChunk.newBuilder(customer.get(1)).setRole(Role.AGENT).build());
        tagger.send(AudioChunk.newBuilder(agent.get(1)).setRole(Role.CUSTOMER).build());

        assertThat(tagger.dead()).extracting(DeadChunk::getReason).containsExactly("FORMAT_CHANGED", "FORMAT_CHANGED");
        assertThat(tagger.storedChunks()).isEqualTo(1);
    }

    // ---- back-pressure

    @Test
    void shouldStandStillAndCutNoMoreThanItsBoundWhenTheEncoderIsSlow() {
        TopologyHarness tagger = tagger(TestTagging.of(TestTagging.ANY_SOUND), TopologyHarness.rulesWithBound(3), held);
        List<AudioChunk> chunks = TestAudio.talk("call", 10, 1).chunks(500);
        long start = System.nanoTime();

        tagger.sendAll(chunks);

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(95), Duration.ofSeconds(20));
        assertThat(held.size()).isEqualTo(3);
        assertThat(tagger.tags()).isEmpty();
        for (int i = 0; i < 10; i++) {
            held.answerAll();
            tagger.drain();
        }
        assertThat(tagger.tags()).isEqualTo(undisturbed(chunks));
    }

    @Test
    void shouldLoseNothingWhenTheEncoderHasNoRoom() {
        HeldQueue narrow = new HeldQueue(encoder, 1);
        TopologyHarness tagger = tagger(narrow);
        List<AudioChunk> first = TestAudio.talk("a", 6, 1).chunks(500);
        List<AudioChunk> second = TestAudio.talk("b", 6, 2).chunks(500);

        tagger.sendAll(first);
        tagger.sendAll(second);
        for (int i = 0; i < 20; i++) {
            narrow.answerAll();
            tagger.drain();
        }

        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).filteredOn(tag -> tag.getCallId().equals("a")).isEqualTo(undisturbed(first));
        assertThat(tags).filteredOn(tag -> tag.getCallId().equals("b")).isEqualTo(undisturbed(second));
    }

    // ---- restart

    @Test
    void shouldGoOnInTheMiddleOfACallAfterARestart() {
        List<AudioChunk> chunks = TestAudio.talk("call", 12, 5).chunks(300);
        List<EmotionTag> expected = undisturbed(chunks);
        TopologyHarness tagger = tagger(held);
        List<EmotionTag> tags = new ArrayList<>();

        tagger.sendAll(chunks.subList(0, 20));
        held.answer(1);
        held.answer(0);
        tagger.drain();
        tags.addAll(tagger.tags());
        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(chunks.subList(20, chunks.size()));
        tagger.drain();
        tags.addAll(tagger.tags());

        assertThat(tags).isEqualTo(expected);
    }

    @Test
    void shouldEncodeWhatWasInFlightAgainAfterARestartWithoutANewChunk() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 6, 5).chunks(300));
        assertThat(held.size()).isEqualTo(4);

        tagger.restart(new DirectQueue(encoder));
        tagger.drain();
        tagger.drain();

        assertThat(tagger.tags())
                .isEqualTo(undisturbed(TestAudio.talk("call", 6, 5).chunks(300)));
        assertThat(tagger.storedChunks()).isZero();
    }

    @Test
    void shouldNotHearAnswersToATaskThatWasClosed() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 3, 5).chunks(300));

        tagger.restart(new HeldQueue(encoder, 10));
        held.answerAll();
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
    }

    @Test
    void shouldRememberEndedAndBlockedChannelsOverARestart() {
        TopologyHarness tagger = direct();
        List<AudioChunk> customer = TestAudio.talk("call", 6, 1).chunks(500);
        List<AudioChunk> agent =
                TestAudio.talk("call", 6, 2).as("agent", Role.AGENT).chunks(500);
        tagger.sendAll(customer);
        tagger.sendAll(agent.subList(0, 4));
        tagger.drain();
        tagger.tags();
        tagger.audit();

        tagger.restart(new DirectQueue(encoder));
        tagger.sendAll(customer);
        tagger.sendAll(agent.subList(4, 12));
        tagger.drain();

        assertThat(tagger.tags()).isEmpty();
        assertThat(tagger.audit()).extracting(PolicyRecord::getChunks).containsExactly(11L);
    }

    // ---- traces and the end of the process

    @Test
    void shouldPutTheTraceOfTheLastChunkOfAWindowOnItsTag() {
        TopologyHarness tagger = direct();
        List<AudioChunk> chunks = TestAudio.talk("call", 4, 1).chunks(500);
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        tagger.sendAll(chunks.subList(0, 5));
        tagger.send(chunks.get(5), "traceparent", trace);
        tagger.send(chunks.get(6), "traceparent", "the caller's name");
        tagger.send(chunks.get(7), "traceparent", "the caller's name");
        tagger.drain();

        assertThat(tagger.tagRecords())
                .extracting(record -> record.headers().lastHeader("traceparent"))
                .satisfiesExactly(
                        header -> assertThat(header.value()).asString().isEqualTo(trace),
                        header -> assertThat(header).isNull());
    }

    @Test
    void shouldFinishWhatIsInFlightAndCutNoMoreWhenItIsAboutToStop() {
        TopologyHarness tagger = tagger(held);
        List<AudioChunk> chunks = TestAudio.talk("call", 8, 1).chunks(500);
        List<EmotionTag> expected = undisturbed(chunks);
        tagger.sendAll(chunks.subList(0, 8));
        assertThat(tagger.inFlight().windows()).isEqualTo(2);

        tagger.inFlight().stop();
        tagger.sendAll(chunks.subList(8, 16));
        held.answerAll();
        tagger.drain();

        assertThat(tagger.inFlight().windows()).isZero();
        assertThat(tagger.tags()).isEqualTo(expected.subList(0, 2));
    }

    @Test
    void shouldNotCountWindowsOfAClosedTaskAsInFlight() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 5, 1).chunks(500));
        assertThat(tagger.inFlight().windows()).isEqualTo(3);

        tagger.restart(new HeldQueue(encoder, 10));

        assertThat(tagger.inFlight().windows()).isZero();
    }

    // ---- punctuators

    @Test
    void shouldLeaveNoPunctuatorArmedWhenThereIsNothingToDo() {
        TopologyHarness tagger = direct();
        assertThat(tagger.punctuations(Duration.ofSeconds(2))).isZero();

        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500));
        tagger.sendAll(TestAudio.talk("call", 6, 1).as("agent", Role.AGENT).chunks(500));
        tagger.drain();
        tagger.drain();

        assertThat(tagger.punctuations(Duration.ofSeconds(2))).isZero();
    }

    @Test
    void shouldDrainOnlyWhileSomethingIsInFlight() {
        TopologyHarness tagger = tagger(held);
        tagger.sendAll(TestAudio.talk("call", 6, 1).chunks(500).subList(0, 6));
        assertThat(tagger.punctuations(Duration.ofSeconds(1))).isGreaterThanOrEqualTo(10);

        held.answerAll();
        tagger.drain();

        assertThat(tagger.punctuations(Duration.ofSeconds(1))).isBetween(1L, 4L);
    }

    // ---- helpers

    private TopologyHarness direct() {
        return tagger(new DirectQueue(encoder));
    }

    private TopologyHarness tagger(EncodeQueue queue) {
        return tagger(TestTagging.of(TestTagging.ANY_SOUND), TopologyHarness.rules(), queue);
    }

    private TopologyHarness tagger(Tagging tagging, ChannelRules rules, EncodeQueue queue) {
        return open(tagging, rules, queue);
    }

    private List<EmotionTag> undisturbed(List<AudioChunk> chunks) {
        TopologyHarness tagger = direct();
        tagger.sendAll(chunks);
        tagger.drain();
        List<EmotionTag> tags = tagger.tags();
        assertThat(tags).isNotEmpty();
        return tags;
    }

    private static AudioChunk.Builder valid() {
        return AudioChunk.newBuilder(TestAudio.talk("call", 1, 1).chunks(500).getFirst());
    }

    private static byte[] bytes(AudioChunk chunk) {
        return TopologyHarness.SERDES.serde(AudioChunk.class).serializer().serialize("audio-chunks", chunk);
    }

    /// No chunk moves farther than `distance` places.
    private static void shuffleWithin(List<AudioChunk> chunks, int distance, Random random) {
        for (int from = 0; from < chunks.size(); from += distance) {
            Collections.shuffle(chunks.subList(from, Math.min(chunks.size(), from + distance)), random);
        }
    }

    private static List<EmotionTag> withoutCapture(List<EmotionTag> tags) {
        return tags.stream()
                .map(tag -> EmotionTag.newBuilder(tag).setCapturedAt(null).build())
                .toList();
    }
}
