package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpusPayloadsTest {

    @Test
    void shouldFramePacketsOf20MsByTheirLength() {
        byte[] payload = OpusPayloads.at(16_000).encode(new float[16_000 / 5]);

        int packets = 0;
        for (int i = 0; i < payload.length; packets++) {
            i += 2 + (((payload[i] & 0xff) << 8) | (payload[i + 1] & 0xff));
        }
        assertThat(packets).isEqualTo(10);
    }
}
