package io.undertone.trainer.evaluation;

import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.rank.PromptBank;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.window.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Measures a sample of clips again under worse [Conditions], through the tagger's own decoders and windows. Owned by
/// one thread.
final class Robustness {

    /// Evenly over corpora and categories. More make the intervals little narrower: they come from the speakers.
    private static final int MOST_CLIPS = 400;

    private final ModelBundle bundle;
    private final AudioCache audio;
    private final long seed;
    private final Progress progress;

    Robustness(ModelBundle bundle, AudioCache audio, long seed, Progress progress) {
        this.bundle = bundle;
        this.audio = audio;
        this.seed = seed;
        this.progress = progress;
    }

    /// @param clean every clip as it is
    /// @return clean first
    List<Condition.Figures> measure(List<ClipEncoding> clean) {
        List<ClipEncoding> sample = Samples.stratified(
                clean, MOST_CLIPS, one -> one.clip().corpus() + "/" + one.clip().emotion(), new SplittableRandom(seed));
        List<Clip> clips = sample.stream().map(ClipEncoding::clip).toList();
        List<Condition.Figures> figures = new ArrayList<>(List.of(figures("clean", sample, sample)));
        for (Condition condition :
                new Conditions(audio, clean.stream().map(ClipEncoding::clip).toList(), seed).worse()) {
            if (condition.seconds() > 0
                    && bundle.manifest().audioEncoder().input().shape().getLast() instanceof Integer) {
                continue; // on a frozen tower: windows of one length only
            }
            figures.add(figures(condition.name(), sample, encode(clips, condition)));
        }
        return figures;
    }

    private List<ClipEncoding> encode(List<Clip> clips, Condition condition) {
        WindowSpec own = bundle.windowSpec();
        int length = condition.seconds() * own.sampleRateHz();
        WindowSpec spec = length == 0 ? own : new WindowSpec(own.sampleRateHz(), length, length);
        Tagger tagger = new Tagger(
                spec, bundle.calibration(), bundle.manifest().probabilityTemperature(), TaggingRules.defaults());
        try (AudioEncoder encoder = bundle.openAudioEncoder(spec.windowSamples(), InferenceOptions.defaults())) {
            BundleEncoder windows = new BundleEncoder(encoder, spec, tagger, PromptBank.ofDefaults(bundle));
            return windows.encode(
                    clips,
                    clip -> condition.change().apply(clip, heard(clip, length)),
                    condition.line(),
                    condition.name(),
                    progress);
        }
    }

    private float[] heard(Clip clip, int most) {
        int length = audio.length(clip.path());
        return audio.read(clip.path(), 0, most == 0 ? length : Math.min(length, most));
    }

    private Condition.Figures figures(String name, List<ClipEncoding> clean, List<ClipEncoding> worse) {
        Axis valence = axis(Estimates.ofValence(clean), Estimates.ofValence(worse));
        Axis arousal = axis(Estimates.ofArousal(clean), Estimates.ofArousal(worse));
        List<ClipEncoding> named = ClipEncoding.named(clean);
        Bootstrap ofNamed = Bootstrap.over(named, seed);
        ZeroShot classes = classes(named);
        ZeroShot worseClasses = classes(ClipEncoding.named(worse));
        return new Condition.Figures(
                name,
                clean.size(),
                Bootstrap.over(clean, seed).speakers(),
                valence.tau,
                arousal.tau,
                worseClasses.recall(ofNamed),
                valence.change,
                arousal.change,
                ofNamed.interval(0, some -> worseClasses.recall(some) - classes.recall(some)));
    }

    /// One dimension of the plane, of the clips whose labels say it.
    private record Axis(Interval tau, Interval change) {}

    private Axis axis(Estimates clean, Estimates worse) {
        Bootstrap bootstrap = Bootstrap.over(clean.clips(), seed);
        return new Axis(
                bootstrap.interval(0, worse::tau), bootstrap.interval(0, some -> worse.tau(some) - clean.tau(some)));
    }

    private ZeroShot classes(List<ClipEncoding> clips) {
        return ZeroShot.of(
                clips,
                Captions::plain,
                bundle.textEncoder()::encode,
                bundle.manifest().probabilityTemperature());
    }
}
