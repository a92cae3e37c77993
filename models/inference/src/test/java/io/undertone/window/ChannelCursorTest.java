package io.undertone.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelCursorTest {

    /// Bytes that are on disks: they are never read otherwise.
    @Test
    void shouldReadTheBytesOfVersionOne() {
        ChannelCursor cursor = new ChannelCursor(
                new AudioFormat(Codec.PCM_MULAW, 8_000),
                300,
                240_000,
                27,
                false,
                new ChannelCursor.Counts(2, 1, 1_600),
                List.of(new ChannelCursor.Missing(10, 11), new ChannelCursor.Missing(40, 42)));
        String bytes = "01" // version
                + "01" + "c03e" // mu-law, 8,000 Hz
                + "ac02" + "80d30e" + "1b" + "00" // 300, 240,000, 27, not ended
                + "02" + "01" + "c00c" // counts
                + "02" + "8202" + "02" + "1d" + "01"; // two runs, backwards from 300
        assertThat(HexFormat.of().formatHex(cursor.toBytes())).isEqualTo(bytes);
        assertThat(ChannelCursor.fromBytes(HexFormat.of().parseHex(bytes))).isEqualTo(cursor);
    }

    @Test
    void shouldStayBelow200BytesAtItsLargest() {
        List<ChannelCursor.Missing> missing = new ArrayList<>();
        for (int i = 0; i < ChannelCursor.MAX_MISSING; i++) {
            missing.add(new ChannelCursor.Missing(i * (Long.MAX_VALUE / 20), i * (Long.MAX_VALUE / 20) + (1L << 50)));
        }
        long most = Long.MAX_VALUE;
        ChannelCursor cursor = new ChannelCursor(
                new AudioFormat(Codec.OPUS, 48_000),
                most,
                most,
                most,
                true,
                new ChannelCursor.Counts(most, most, most),
                missing);
        byte[] bytes = cursor.toBytes();
        assertThat(bytes).hasSizeLessThan(200);
        assertThat(ChannelCursor.fromBytes(bytes)).isEqualTo(cursor);
    }

    @Test
    void shouldRefuseBytesThatAreNoCursor() {
        byte[] good = ChannelCursor.start().toBytes();
        assertThat(ChannelCursor.fromBytes(good)).isEqualTo(ChannelCursor.start());
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatThrownBy(() -> ChannelCursor.fromBytes(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ChannelCursor.fromBytes(Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a cursor has 1 bytes too many");
        byte[] future = good.clone();
        future[0] = 2;
        assertThatThrownBy(() -> ChannelCursor.fromBytes(future))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version of a cursor must be 1: 2");
    }
}
