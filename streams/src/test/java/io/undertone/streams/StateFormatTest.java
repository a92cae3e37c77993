package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.schemas.CallEventType;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.Role;
import io.undertone.window.ChannelCursor;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What lies in the stores must be read by the next version: layouts are pinned as bytes.
final class StateFormatTest {

    private static final Terms BLOCKED = new Terms(PolicyDecision.BLOCKED_ROLE, "r", null, null, null);
    private static final Terms SCORED = new Terms(
            PolicyDecision.SCORED,
            "policy.require-notice",
            "notice-de-3",
            new ModelVersion("compact", "1.0.0"),
            new PromptBankVersion("support", "7"));

    @ParameterizedTest
    @EnumSource(Codec.class)
    void shouldReadAStoredChunkBack(Codec codec) {
        Chunk chunk = Chunk.of(7, 1600, 3, new AudioFormat(codec, 16_000), new byte[] {1, 2, 3}, true);

        StoredChunk read = StoredChunk.fromBytes(7, new StoredChunk(chunk, 123_456_789L, true, null).toBytes());

        assertThat(read.capturedAtMillis()).isEqualTo(123_456_789L);
        assertThat(read.chunk().sequence()).isEqualTo(7);
        assertThat(read.chunk().firstSample()).isEqualTo(1600);
        assertThat(read.chunk().samples()).isEqualTo(3);
        assertThat(read.chunk().format()).isEqualTo(chunk.format());
        assertThat(read.chunk().payload()).containsExactly(1, 2, 3);
        assertThat(read.chunk().endOfStream()).isTrue();
        assertThat(read.consented()).isTrue();
    }

    @Test
    void shouldKeepTheLayoutOfAStoredChunk() {
        Chunk chunk = Chunk.of(7, 1600, 2, new AudioFormat(Codec.PCM_ALAW, 8_000), new byte[] {0x11, 0x22}, false);

        String rest = "02" + "00001f40" + "0000000000000640" + "00000002" + "00000000000000ff" + "1122";
        assertThat(HexFormat.of().formatHex(new StoredChunk(chunk, 255, false, null).toBytes()))
                .isEqualTo("0200" + rest);
        assertThat(HexFormat.of().formatHex(new StoredChunk(chunk, 255, true, null).toBytes()))
                .isEqualTo("0202" + rest);
        StoredChunk before = StoredChunk.fromBytes(7, HexFormat.of().parseHex("0101" + rest));
        assertThat(before.chunk().endOfStream()).isTrue();
        assertThat(before.consented()).isFalse();
    }

    @Test
    void shouldKeepTheLayoutOfAChannel() {
        assertThat(HexFormat.of()
                        .formatHex(new ChannelState.Blocked(Role.AGENT, new Ledger.Entry(BLOCKED, 5)).toBytes()))
                .isEqualTo("034201" + "0000000c" + hex("BLOCKED_ROLE") + "00000001" + hex("r") + "00" + "00"
                        + "0000000000000005");
        assertThat(HexFormat.of().formatHex(new ChannelState.Finished(Role.CUSTOMER, 9, 17, 16).toBytes()))
                .isEqualTo("034600" + "0000000000000009" + "0000000000000010" + "0000000000000011");
    }

    @Test
    void shouldReadAChannelThatKnowsNothingOfGatewaysThatBeginAgain() {
        assertThat(ChannelState.fromBytes(HexFormat.of().parseHex("024600" + "0000000000000009" + "0000000000000010")))
                .isEqualTo(new ChannelState.Finished(Role.CUSTOMER, 9, Long.MAX_VALUE, 16));
        ChannelState.Open open = new ChannelState.Open(
                Role.CUSTOMER, 12, GatewayRun.FIRST, Long.MAX_VALUE, new Ledger.Entry(SCORED, 7), cursor());
        byte[] bytes = open.toBytes();
        byte[] before = Arrays.copyOf(bytes, bytes.length - 4 * Long.BYTES);
        before[0] = 2;
        assertThat(ChannelState.fromBytes(before)).isEqualTo(open);
    }

    private static ChannelCursor cursor() {
        return ChannelWindower.start(new WindowSpec(16_000, 48_000, 16_000), WindowingLimits.defaults())
                .cursor();
    }

    @Test
    void shouldReadAChannelBack() {
        GatewayRun second = new GatewayRun(40, 160_000, 1234);
        for (ChannelState state : List.of(
                new ChannelState.Open(Role.CUSTOMER, 12, second, 99, new Ledger.Entry(SCORED, 7), cursor()),
                new ChannelState.Blocked(Role.MIXED, new Ledger.Entry(BLOCKED, 3)),
                new ChannelState.Finished(Role.UNKNOWN, 4, 98, 99))) {
            assertThat(ChannelState.fromBytes(state.toBytes())).isEqualTo(state);
        }
    }

    @Test
    void shouldReadACallBack() {
        Standing whole = Standing.NEW
                .after(CallEventType.NOTICE_GIVEN, "notice-de-3", Instant.ofEpochMilli(1))
                .after(CallEventType.CONSENT_GIVEN, null, Instant.ofEpochMilli(2))
                .after(CallEventType.CONSENT_GIVEN, null, Instant.ofEpochMilli(3));
        Standing channel = Standing.NEW
                .after(CallEventType.WITHDRAWN, null, Instant.ofEpochMilli(4))
                .after(CallEventType.PAUSED, null, Instant.ofEpochMilli(5));
        CallState call = new CallState(whole, new TreeMap<>(Map.of("customer", channel)), true, 99);

        assertThat(CallState.fromBytes(call.toBytes())).isEqualTo(call);
        assertThat(whole.consentedAt()).isEqualTo(Instant.ofEpochMilli(2));
        assertThat(HexFormat.of().formatHex(CallState.erased(255).toBytes()))
                .isEqualTo("0201" + "00000000000000ff" + "000000" + "8000000000000000" + "0100" + "00000000");
    }

    @Test
    void shouldReadACallOfTheVersionBefore() {
        assertThat(CallState.fromBytes(
                        HexFormat.of().parseHex("0101" + "00000000000000ff" + "0000010000" + "00000000")))
                .isEqualTo(
                        new CallState(new Standing(false, null, true, null, false, false), new TreeMap<>(), true, 255));
    }

    @Test
    void shouldReadBackWhichWindowsWereKept() {
        KeptWindows kept = KeptWindows.none(Role.CUSTOMER)
                .with(3, new Ledger.Entry(SCORED, 0), 254)
                .with(4, new Ledger.Entry(SCORED, 1), 254)
                .with(4, new Ledger.Entry(SCORED, 1), 254)
                .with(9, new Ledger.Entry(SCORED, 2), 255);

        List<Long> windows = new ArrayList<>();
        kept.forEachWindow(windows::add);
        assertThat(windows).containsExactly(3L, 4L, 9L);
        assertThat(kept.count()).isEqualTo(3);
        assertThat(KeptWindows.fromBytes(kept.toBytes())).isEqualTo(kept);
        assertThat(HexFormat.of()
                        .formatHex(new KeptWindows(
                                        Role.CUSTOMER,
                                        List.of(new KeptWindows.Run(3, 2)),
                                        new Ledger.Entry(BLOCKED, 5),
                                        255)
                                .toBytes()))
                .isEqualTo("01" + "00000000000000ff" + "00000008" + hex("CUSTOMER") + "01" + "0000000c"
                        + hex("BLOCKED_ROLE") + "00000001" + hex("r") + "0000" + "0000000000000005" + "00000001"
                        + "0000000000000003" + "00000002");
    }

    @Test
    void shouldRefuseStateOfANewerVersion() {
        assertThatThrownBy(() -> ChannelState.fromBytes(new byte[] {1, 'B', 0}))
                .hasMessage("stored channel must be of version 2 to 3: 1");
        assertThatThrownBy(() -> StoredChunk.fromBytes(0, new byte[] {3}))
                .hasMessage("stored chunk must be of version 1 or 2: 3");
        assertThatThrownBy(() -> CallState.fromBytes(new byte[] {3}))
                .hasMessage("stored call must be of version 1 to 2: 3");
    }

    @Test
    void shouldKeepTheChunksOfAChannelTogetherAndInOrder() {
        List<Bytes> keys = Stream.of(
                        new ChannelId("a", "x").chunkKey(0),
                        new ChannelId("a", "x").chunkKey(1),
                        new ChannelId("a", "x").chunkKey(255),
                        new ChannelId("a", "x").chunkKey(256),
                        new ChannelId("a", "x").chunkKey(Long.MAX_VALUE),
                        new ChannelId("a", "y").chunkKey(0),
                        new ChannelId("b", "x").chunkKey(0),
                        new ChannelId("ax", "").chunkKey(0))
                .toList();

        assertThat(keys).isSorted();
        assertThat(new ChannelId("ax", "").key()).isNotEqualTo(new ChannelId("a", "x").key());
    }

    @Test
    void shouldLetAllKeysOfACallAndNoOthersBeginAlike() {
        byte[] call = ChannelId.callKey("a").get();

        assertThat(new ChannelId("a", "x").key().get()).startsWith(call);
        assertThat(new ChannelId("a", "x").chunkKey(7).get()).startsWith(call);
        assertThat(Arrays.mismatch(call, new ChannelId("ab", "x").key().get())).isLessThan(call.length);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldReadNamesBackFromKeys() {
        ChannelId id = new ChannelId("Anruf №7", "kundin");

        assertThat(ChannelId.fromKey(id.key())).isEqualTo(id);
        assertThat(ChannelId.sequenceOf(id.chunkKey(42))).isEqualTo(42);
        assertThat(Arrays.copyOf(id.chunkKey(42).get(), id.key().get().length))
                .isEqualTo(id.key().get());
    }
}
