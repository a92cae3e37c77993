package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.Embedding;
import io.undertone.model.Encoding;
import io.undertone.rank.PromptBank;
import io.undertone.tag.Tag;
import io.undertone.tag.Tagger;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Runs clips through a bundle as the tagger does: its windows, its encoder, its tags by the bundle's own prompts.
/// Owned by the thread that owns the encoder.
final class BundleEncoder {

    /// Clips whose windows meet in one run of the encoder.
    private static final int CLIPS_TOGETHER = 16;

    private final AudioEncoder encoder;
    private final WindowSpec spec;
    private final Tagger tagger;
    private final PromptBank bank;

    /// @param spec of the encoder's windows
    BundleEncoder(AudioEncoder encoder, WindowSpec spec, Tagger tagger, PromptBank bank) {
        this.encoder = encoder;
        this.spec = spec;
        this.tagger = tagger;
        this.bank = bank;
    }

    /// One encoding a clip, in order. Windows on which the tagger would abstain are encoded too: every clip counts.
    ///
    /// @param samples of a clip, at 16 kHz
    List<ClipEncoding> encode(
            List<Clip> clips, Function<Clip, float[]> samples, Line line, String what, Progress progress) {
        List<ClipEncoding> encodings = new ArrayList<>();
        try (var step = progress.start(what, clips.size())) {
            for (int from = 0; from < clips.size(); from += CLIPS_TOGETHER) {
                List<Clip> some = clips.subList(from, Math.min(clips.size(), from + CLIPS_TOGETHER));
                encodings.addAll(together(some, samples, line));
                step.at().accept(encodings.size());
            }
        }
        return encodings;
    }

    private List<ClipEncoding> together(List<Clip> clips, Function<Clip, float[]> samples, Line line) {
        List<List<Window>> windows = clips.stream()
                .map(clip -> line.windows(samples.apply(clip), spec))
                .toList();
        List<Encoding> all =
                encoder.encode(windows.stream().flatMap(List::stream).toList());
        List<ClipEncoding> encodings = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < clips.size(); i++) {
            List<Window> own = windows.get(i);
            encodings.add(mean(clips.get(i), own, all.subList(next, next + own.size())));
            next += own.size();
        }
        return encodings;
    }

    private ClipEncoding mean(Clip clip, List<Window> windows, List<Encoding> encodings) {
        float[] sum = new float[encodings.getFirst().embedding().dim()];
        List<Tag> tags = new ArrayList<>();
        for (int w = 0; w < encodings.size(); w++) {
            float[] values = encodings.get(w).embedding().toArray();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i];
            }
            Window window = windows.get(w);
            Encoding encoding = encodings.get(w);
            tags.add(tagger.abstainEarly(window).orElseGet(() -> tagger.tag(window, encoding, bank)));
        }
        return new ClipEncoding(
                clip,
                Embedding.normalized(sum),
                encodings.stream().mapToDouble(Encoding::valence).average().orElse(0),
                encodings.stream().mapToDouble(Encoding::arousal).average().orElse(0),
                tags);
    }
}
