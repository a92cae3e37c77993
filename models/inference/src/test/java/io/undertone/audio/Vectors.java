package io.undertone.audio;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/// The reference audio beside the tests, made by `make-vectors.sh` with independent tools.
final class Vectors {

    private Vectors() {}

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Vectors.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String name) {
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Raw 16-bit little-endian samples as floats.
    static float[] s16(String name) {
        ByteBuffer in = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[in.remaining() / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = in.getShort(2 * i) / 32_768f;
        }
        return samples;
    }

    /// Signal-to-noise ratio in dB of `actual` against `expected`, over the length of the shorter one.
    static double snrDb(float[] expected, float[] actual) {
        double signal = 0;
        double noise = 1e-20;
        for (int i = 0; i < Math.min(expected.length, actual.length); i++) {
            signal += expected[i] * (double) expected[i];
            noise += Math.pow(expected[i] - actual[i], 2);
        }
        return 10 * Math.log10(signal / noise);
    }
}
