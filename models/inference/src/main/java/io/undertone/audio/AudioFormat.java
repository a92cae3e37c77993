package io.undertone.audio;

import java.util.Set;

/// Codec and sampling rate of a stream of audio.
///
/// @param sampleRateHz one of [#SAMPLE_RATES_HZ]; for [Codec#OPUS] one of the rates that an Opus decoder gives
public record AudioFormat(Codec codec, int sampleRateHz) {

    /// Rates that are taken. All are multiples of ten, so that 100 ms is a whole number of samples at each.
    public static final Set<Integer> SAMPLE_RATES_HZ =
            Set.of(8_000, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000);

    private static final Set<Integer> OPUS_RATES_HZ = Set.of(8_000, 12_000, 16_000, 24_000, 48_000);

    public AudioFormat {
        if (!SAMPLE_RATES_HZ.contains(sampleRateHz)) {
            throw new IllegalArgumentException("sampleRateHz must be one of "
                    + SAMPLE_RATES_HZ.stream().sorted().toList() + ": " + sampleRateHz);
        }
        if (codec == Codec.OPUS && !OPUS_RATES_HZ.contains(sampleRateHz)) {
            throw new IllegalArgumentException("sampleRateHz of OPUS must be one of "
                    + OPUS_RATES_HZ.stream().sorted().toList() + ": " + sampleRateHz);
        }
    }
}
