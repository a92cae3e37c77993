package io.undertone.deploy.bench;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Embedding;
import io.undertone.model.Encoding;
import io.undertone.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Answers without looking: what then is left is everything but the encoder. Gives one of a few random embeddings, so
/// that rankings differ from window to window. Immutable but for the encoder that it closes.
final class IdentityEncoder implements AudioEncoder {

    private static final int ANSWERS = 64;

    private final AudioEncoder instead;
    private final List<Encoding> answers;

    private IdentityEncoder(AudioEncoder instead, List<Encoding> answers) {
        this.instead = instead;
        this.answers = answers;
    }

    /// @param instead closed with this one, never asked
    static IdentityEncoder of(int dim, AudioEncoder instead) {
        return new IdentityEncoder(instead, answers(dim));
    }

    static List<Encoding> answers(int dim) {
        SplittableRandom random = new SplittableRandom(1);
        List<Encoding> answers = new ArrayList<>();
        for (int i = 0; i < ANSWERS; i++) {
            float[] values = new float[dim];
            for (int j = 0; j < dim; j++) {
                values[j] = (float) random.nextGaussian();
            }
            answers.add(new Encoding(Embedding.normalized(values), random.nextDouble(-1, 1), random.nextDouble(-1, 1)));
        }
        return List.copyOf(answers);
    }

    @Override
    public List<Encoding> encode(List<Window> windows) {
        List<Encoding> encodings = new ArrayList<>(windows.size());
        for (Window window : windows) {
            encodings.add(answers.get((int) (window.index() % ANSWERS)));
        }
        return encodings;
    }

    @Override
    public String device() {
        return "identity";
    }

    @Override
    public void close() {
        instead.close();
    }
}
