package io.undertone.trainer.speech;

import java.util.List;
import java.util.SplittableRandom;

/// Music as it is played to callers who wait, made from a seed: a chord progression as pads or arpeggios, with a
/// melody, a bass and drums, each of them or not. It is no good music, but it has what a speech detector stumbles
/// over: harmonics, onsets at the pace of syllables, vibrato, and glides of pitch.
///
/// Immutable; a pure function of the random generator.
final class HoldMusic {

    static final int RATE_HZ = 16_000;

    /// How a note sounds.
    enum Timbre {
        PAD,
        ORGAN,
        STRINGS,
        PLUCKED,
        SQUARE,
        BELL,
        BRASS
    }

    /// What the detector learns from.
    static final List<Timbre> LEARNED =
            List.of(Timbre.PAD, Timbre.ORGAN, Timbre.STRINGS, Timbre.PLUCKED, Timbre.SQUARE);

    /// Instruments that it never hears, to see what it makes of others than those it knows.
    static final List<Timbre> UNHEARD = List.of(Timbre.BELL, Timbre.BRASS);

    /// Steps above the root: major, minor, dominant seventh, minor seventh, suspended.
    private static final int[][] CHORDS = {{0, 4, 7}, {0, 3, 7}, {0, 4, 7, 10}, {0, 3, 7, 10}, {0, 5, 7}};

    /// Roots of some progressions in steps above the key, with the chord on each.
    private static final int[][][] PROGRESSIONS = {
        {{0, 0}, {7, 0}, {9, 1}, {5, 0}},
        {{0, 0}, {9, 1}, {5, 0}, {7, 2}},
        {{2, 3}, {7, 2}, {0, 0}, {0, 0}},
        {{0, 1}, {8, 0}, {3, 0}, {10, 0}},
        {{0, 0}, {5, 0}, {0, 4}, {7, 2}},
    };

    private static final int[] SCALE = {0, 2, 4, 5, 7, 9, 11};

    private static final int OVERTONES = 12;
    private static final double HIGHEST_HZ = 3_800;

    /// Samples between two looks at what changes slowly.
    private static final int CONTROL = 32;

    private static final float[] SINE = new float[4_096];

    static {
        for (int i = 0; i < SINE.length; i++) {
            SINE[i] = (float) Math.sin(2 * Math.PI * i / SINE.length);
        }
    }

    private final List<Timbre> timbres;

    HoldMusic(List<Timbre> timbres) {
        this.timbres = List.copyOf(timbres);
    }

    /// `[samples]` of a piece, from a random place of it, at a level of about -20 dB.
    float[] play(int samples, SplittableRandom random) {
        Piece piece = new Piece(samples, random);
        boolean drums = random.nextDouble() < 0.5;
        boolean melody = random.nextDouble() < 0.6;
        boolean chords = !melody || random.nextDouble() < 0.7;
        if (chords) {
            piece.accompaniment(draw(random), random.nextBoolean());
        }
        if (melody) {
            piece.melody(draw(random));
        }
        if (random.nextDouble() < 0.5) {
            piece.bass();
        }
        if (drums) {
            piece.drums();
        }
        return Levels.scaled(piece.out, 0.1f);
    }

    private Timbre draw(SplittableRandom random) {
        return timbres.get(random.nextInt(timbres.size()));
    }

    /// One piece while it is written. Owned by the call that makes it.
    private static final class Piece {

        private final float[] out;
        private final SplittableRandom random;
        private final int beat; // samples
        private final int skipped; // samples of the piece before the first that is heard
        private final int key; // MIDI number
        private final int[][] progression;
        private final int beatsPerChord;

        Piece(int samples, SplittableRandom random) {
            this.random = random;
            this.out = new float[samples];
            this.beat = (int) (RATE_HZ * 60 / random.nextDouble(60, 150));
            this.skipped = random.nextInt(8 * beat);
            this.key = 48 + random.nextInt(12);
            this.progression = PROGRESSIONS[random.nextInt(PROGRESSIONS.length)];
            this.beatsPerChord = random.nextBoolean() ? 4 : 2;
        }

        private int beats() {
            return (skipped + out.length) / beat + 1;
        }

        private int[] chordAt(int beatIndex) {
            return progression[beatIndex / beatsPerChord % progression.length];
        }

        void accompaniment(Timbre timbre, boolean arpeggio) {
            for (int b = 0; b < beats(); b++) {
                int[] chord = chordAt(b);
                int[] steps = CHORDS[chord[1]];
                if (arpeggio) {
                    for (int half = 0; half < 2; half++) {
                        int step = steps[(2 * b + half) % steps.length];
                        note(timbre, key + chord[0] % 12 + step, b * beat + half * beat / 2, beat / 2, 0.6);
                    }
                } else if (b % beatsPerChord == 0) {
                    for (int step : steps) {
                        note(timbre, key + chord[0] % 12 + step, b * beat, beatsPerChord * beat, 0.4);
                    }
                }
            }
        }

        /// Steps of the scale that wander, some notes long, some left out.
        void melody(Timbre timbre) {
            int degree = random.nextInt(7);
            int at = 0;
            int end = skipped + out.length;
            while (at < end) {
                int length = beat / 2 * (1 + random.nextInt(4));
                if (random.nextDouble() < 0.85) {
                    note(timbre, key + 12 + SCALE[degree], at, length, 0.9);
                }
                degree = Math.floorMod(degree + random.nextInt(5) - 2, SCALE.length);
                at += length;
            }
        }

        void bass() {
            for (int b = 0; b < beats(); b++) {
                note(Timbre.PLUCKED, key - 12 + chordAt(b)[0] % 12, b * beat, beat, 0.8);
            }
        }

        void drums() {
            for (int b = 0; b < beats(); b++) {
                if (b % 2 == 0) {
                    kick(b * beat);
                } else {
                    hit(b * beat, 0.5, 0.06, false);
                }
                hit(b * beat, 0.2, 0.02, true);
                hit(b * beat + beat / 2, 0.2, 0.02, true);
            }
        }

        private void kick(int start) {
            double phase = 0;
            for (int i = 0; i < RATE_HZ / 5; i++) {
                double seconds = i / (double) RATE_HZ;
                phase += 2 * Math.PI * (50 + 100 * Math.exp(-seconds / 0.03)) / RATE_HZ;
                add(start + i, Math.sin(phase) * Math.exp(-seconds / 0.08));
            }
        }

        /// A burst of noise: snare, or a high hat where only the differences are heard.
        private void hit(int start, double gain, double decaySeconds, boolean high) {
            double before = 0;
            for (int i = 0; i < 5 * decaySeconds * RATE_HZ; i++) {
                double white = random.nextDouble(-1, 1);
                double heard = high ? white - before : white;
                before = white;
                add(start + i, gain * heard * Math.exp(-i / (decaySeconds * RATE_HZ)));
            }
        }

        private void note(Timbre timbre, int midi, int start, int length, double gain) {
            double hertz = 440 * Math.pow(2, (midi - 69) / 12.0);
            double vibrato = timbre == Timbre.STRINGS || timbre == Timbre.BRASS ? random.nextDouble(0, 0.012) : 0;
            double glide = random.nextDouble() < 0.2 ? random.nextDouble(-0.06, 0.06) : 0;
            int tail = timbre == Timbre.PLUCKED || timbre == Timbre.BELL ? length : length / 5;
            double phase = random.nextDouble();
            double[] overtones = new double[OVERTONES];
            int first = Math.max(0, skipped - start);
            int last = Math.min(length + tail, skipped + out.length - start);
            double bent = 1;
            double loudness = 0;
            for (int i = first; i < last; i++) {
                if (i == first || i % CONTROL == 0) {
                    double seconds = i / (double) RATE_HZ;
                    bent = 1 + vibrato * sine(5.5 * seconds) + glide * Math.exp(-seconds / 0.08);
                    loudness = gain * envelope(timbre, i, length, tail);
                    overtones(timbre, seconds, hertz, overtones);
                }
                phase += hertz * bent / RATE_HZ;
                double sum = 0;
                for (int h = 0; h < OVERTONES; h++) {
                    if (overtones[h] != 0) {
                        sum += overtones[h] * sine((h + 1) * phase);
                    }
                }
                add(start + i, loudness * sum);
            }
        }

        private void add(int at, double value) {
            int i = at - skipped;
            if (i >= 0 && i < out.length) {
                out[i] += (float) value;
            }
        }

        private static double envelope(Timbre timbre, int i, int length, int tail) {
            double seconds = i / (double) RATE_HZ;
            double release = i < length ? 1 : Math.max(0, 1 - (i - length) / (double) tail);
            return switch (timbre) {
                case PLUCKED -> Math.exp(-seconds / 0.25) * release;
                case BELL -> Math.exp(-seconds / 0.5) * release;
                case PAD, STRINGS -> Math.min(1, seconds / 0.15) * release;
                case ORGAN, SQUARE, BRASS -> Math.min(1, seconds / 0.02) * release;
            };
        }

        /// How loud each harmonic is: what makes the instrument. Nothing above 3.8 kHz.
        private static void overtones(Timbre timbre, double seconds, double hertz, double[] into) {
            for (int h = 1; h <= OVERTONES; h++) {
                double loudness = switch (timbre) {
                    case PAD -> h <= 3 ? Math.pow(h, -2) : 0;
                    case ORGAN -> h <= 4 || h == 6 ? 1 / (0.5 + 0.5 * h) : 0;
                    case STRINGS -> 1.0 / h;
                    case PLUCKED -> Math.pow(h, -1 - 6 * seconds);
                    case SQUARE -> h % 2 == 1 ? 1.0 / h : 0;
                    case BELL -> h == 1 || h == 4 || h == 7 || h == 11 ? Math.exp(-h * seconds / 2) : 0;
                    case BRASS -> Math.pow(h, -1 - 2 * Math.exp(-seconds / 0.06));
                };
                into[h - 1] = h * hertz < HIGHEST_HZ ? loudness : 0;
            }
        }

        /// Of a phase in turns.
        private static double sine(double turns) {
            return SINE[(int) ((turns - Math.floor(turns)) * SINE.length)];
        }
    }
}
