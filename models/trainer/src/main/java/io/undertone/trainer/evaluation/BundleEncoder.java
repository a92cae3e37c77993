package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Embedding;
import io.undertone.model.Encoding;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.util.ArrayList;
import java.util.List;

/// Runs clips through a bundle's audio encoder in the windows that the tagger would cut: one every hop, the last
/// one padded with silence. Owned by the thread that owns the encoder.
public final class BundleEncoder {

    /// A padded window that holds less than this is left out, unless it is the only one.
    private static final double LEAST_COVERAGE = 0.5;

    private static final int BATCH = 16;

    private final AudioEncoder encoder;
    private final WindowSpec spec;

    public BundleEncoder(AudioEncoder encoder, WindowSpec spec) {
        this.encoder = encoder;
        this.spec = spec;
    }

    /// One encoding a clip: the mean over its windows.
    public List<ClipEncoding> encode(Corpus corpus, Progress progress) {
        List<ClipEncoding> encodings = new ArrayList<>();
        try (var step = progress.start("encoding", corpus.clips().size())) {
            for (Clip clip : corpus.clips()) {
                encodings.add(mean(clip, windows(corpus, clip)));
                step.at().accept(encodings.size());
            }
        }
        return encodings;
    }

    private List<Window> windows(Corpus corpus, Clip clip) {
        int length = corpus.audio().length(clip.path());
        List<Window> windows = new ArrayList<>();
        for (int from = 0; from == 0 || from + spec.windowSamples() - spec.hopSamples() < length; ) {
            double coverage = Math.min(1, (double) (length - from) / spec.windowSamples());
            if (from == 0 || coverage >= LEAST_COVERAGE) {
                windows.add(Window.of(
                        windows.size(),
                        corpus.audio().read(clip.path(), from, spec.windowSamples()),
                        new WindowQuality(1, coverage, 0, coverage < 1)));
            }
            from += spec.hopSamples();
        }
        return windows;
    }

    private ClipEncoding mean(Clip clip, List<Window> windows) {
        List<Encoding> encodings = new ArrayList<>();
        for (int from = 0; from < windows.size(); from += BATCH) {
            encodings.addAll(encoder.encode(windows.subList(from, Math.min(windows.size(), from + BATCH))));
        }
        float[] sum = new float[encodings.getFirst().embedding().dim()];
        for (Encoding encoding : encodings) {
            float[] values = encoding.embedding().toArray();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
        }
        return new ClipEncoding(
                clip,
                Embedding.normalized(sum),
                encodings.stream().mapToDouble(Encoding::valence).average().orElse(0),
                encodings.stream().mapToDouble(Encoding::arousal).average().orElse(0));
    }
}
