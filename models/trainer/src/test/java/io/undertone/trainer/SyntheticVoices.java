package io.undertone.trainer;

import io.undertone.trainer.corpus.Affect;
import java.util.SplittableRandom;

/// Short recordings of nobody, for tests in other packages.
public final class SyntheticVoices {

    private SyntheticVoices() {}

    public static byte[] wav(int seed, int samples) {
        return SyntheticCorpus.wav(
                SyntheticVoice.speak(new Affect(0, 0), 100 + seed, samples, new SplittableRandom(seed)));
    }
}
