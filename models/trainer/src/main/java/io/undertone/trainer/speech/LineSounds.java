package io.undertone.trainer.speech;

import java.util.SplittableRandom;

/// What a telephone line itself sounds like when nobody speaks, made from a seed.
final class LineSounds {

    private static final int RATE_HZ = HoldMusic.RATE_HZ;

    /// Frequencies of the keys' rows and columns (ITU-T Q.23).
    private static final double[] ROWS = {697, 770, 852, 941};

    private static final double[] COLUMNS = {1209, 1336, 1477, 1633};

    /// Ring-back of Europe, North America and Britain (ITU-T E.180): frequencies, then seconds on and off in turn.
    private static final double[][] RINGS = {{425, 0}, {440, 480}, {400, 450}};

    private static final double[][] CADENCES = {{1, 4}, {2, 4}, {0.4, 0.2, 0.4, 2}};

    private LineSounds() {}

    /// Ringing, keys, or beeps, at about -20 dB.
    static float[] tones(int samples, SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                int country = random.nextInt(RINGS.length);
                yield cadence(samples, RINGS[country], CADENCES[country], random);
            }
            case 1 -> keys(samples, random);
            case 2 -> {
                // busy, congestion
                double half = random.nextBoolean() ? 0.5 : 0.25;
                yield cadence(samples, new double[] {random.nextInt(400, 481), 0}, new double[] {half, half}, random);
            }
            default -> // call waiting, recording notice, alarms
                cadence(
                        samples,
                        new double[] {random.nextInt(400, 2_000), 0},
                        new double[] {random.nextDouble(0.05, 0.5), random.nextDouble(0.1, 3)},
                        random);
        };
    }

    private static float[] cadence(int samples, double[] hertz, double[] onAndOff, SplittableRandom random) {
        float[] out = new float[samples];
        double whole = 0;
        for (double seconds : onAndOff) {
            whole += seconds;
        }
        double start = random.nextDouble(whole);
        for (int i = 0; i < samples; i++) {
            double at = (start + i / (double) RATE_HZ) % whole;
            int part = 0;
            while (at >= onAndOff[part]) {
                at -= onAndOff[part++];
            }
            if (part % 2 == 0) {
                out[i] = (float) (0.1 * (sine(hertz[0], i) + (hertz[1] == 0 ? 0 : sine(hertz[1], i))));
            }
        }
        return out;
    }

    private static float[] keys(int samples, SplittableRandom random) {
        float[] out = new float[samples];
        int at = random.nextInt(RATE_HZ / 2);
        while (at < samples) {
            double row = ROWS[random.nextInt(ROWS.length)];
            double column = COLUMNS[random.nextInt(COLUMNS.length)];
            int end = Math.min(samples, at + (int) (RATE_HZ * random.nextDouble(0.06, 0.25)));
            for (; at < end; at++) {
                out[at] = (float) (0.1 * (sine(row, at) + sine(column, at)));
            }
            at += (int) (RATE_HZ * random.nextDouble(0.05, 0.6));
        }
        return out;
    }

    private static double sine(double hertz, int sample) {
        return Math.sin(2 * Math.PI * hertz * sample / RATE_HZ);
    }

    /// Comfort noise, hiss or hum, whose level may sway, at about -20 dB.
    static float[] noise(int samples, SplittableRandom random) {
        float[] out = new float[samples];
        double pole = random.nextDouble(0, 0.97);
        double hum = random.nextDouble() < 0.3 ? random.nextDouble(0.2, 2) : 0;
        double mains = random.nextBoolean() ? 50 : 60;
        double sway = random.nextDouble() < 0.5 ? random.nextDouble(0, 0.9) : 0;
        double paceHz = random.nextDouble(0.2, 4);
        double state = 0;
        for (int i = 0; i < samples; i++) {
            state = pole * state + (1 - pole) * random.nextDouble(-1, 1);
            double level = 1 + sway * sine(paceHz, i);
            out[i] = (float) (level * (state + 0.1 * hum * (sine(mains, i) + 0.5 * sine(3 * mains, i))));
        }
        return Levels.scaled(out, 0.1f);
    }
}
