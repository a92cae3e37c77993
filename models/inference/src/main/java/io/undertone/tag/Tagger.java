package io.undertone.tag;

import io.undertone.model.Calibration;
import io.undertone.model.Encoding;
import io.undertone.rank.Estimate;
import io.undertone.rank.PromptBank;
import io.undertone.rank.RankedPrompt;
import io.undertone.rank.Ranker;
import io.undertone.rank.Ranking;
import io.undertone.window.SpeechGate;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.util.Optional;

/// The last step: a window's encoding and a prompt bank become a tag. Immutable, shared by all threads, and a
/// pure function of what it is given.
///
/// Published numbers are rounded here, once, to 4 decimals: that swallows the last bits that batch composition
/// and device move, nearly always.
///
/// The rule that serves both live calls and short clips: a window that lies wholly inside the stream needs
/// `minSpeechRatio` of speech and `minCoverage` of audio. In a partial window, the last of its stream, coverage
/// also counts the padding behind the end, which nobody lost: it is not asked, and half a second of speech is
/// enough (or `minSpeechRatio` of the window, if that is less).
public final class Tagger {

    private static final SpeechGate GATE = SpeechGate.defaults();

    private final WindowSpec spec;
    private final Calibration calibration;
    private final Ranker ranker;
    private final TaggingRules rules;
    private final boolean detectorListens;

    /// @param temperature of the bundle's probabilities
    public Tagger(WindowSpec spec, Calibration calibration, double temperature, TaggingRules rules) {
        this(spec, calibration, new Ranker(temperature, rules.listing()), rules, false);
    }

    private Tagger(
            WindowSpec spec, Calibration calibration, Ranker ranker, TaggingRules rules, boolean detectorListens) {
        this.spec = spec;
        this.calibration = calibration;
        this.ranker = ranker;
        this.rules = rules;
        this.detectorListens = detectorListens;
    }

    /// The same for windows that a speech detector listens to before they are encoded. Energy then only tells silence:
    /// over music as loud as the voice it would lose more than half of the windows with speech.
    public Tagger beforeDetector() {
        return new Tagger(spec, calibration, ranker, rules, true);
    }

    /// What can be said at once: `NO_SPEECH`, `LOW_COVERAGE`. Empty: it is for the detector, if there is one, and then
    /// for the encoder.
    public Optional<Tag> abstainEarly(Window window) {
        WindowQuality quality = window.quality();
        if (!quality.partial() && quality.coverage() < rules.minCoverage()) {
            return Optional.of(abstained(window, Abstention.LOW_COVERAGE));
        }
        if (!detectorListens) {
            return abstainUnspoken(window);
        }
        return GATE.silent(window.samples()) ? Optional.of(abstained(window, Abstention.NO_SPEECH)) : Optional.empty();
    }

    /// What can be said of a window by its speech ratio, without encoding it: `NO_SPEECH`. Empty: encode it.
    ///
    /// @param window to which the speech detector has listened, if there is one
    public Optional<Tag> abstainUnspoken(Window window) {
        WindowQuality quality = window.quality();
        return quality.speechRatio() < neededSpeechRatio(quality)
                ? Optional.of(abstained(window, Abstention.NO_SPEECH))
                : Optional.empty();
    }

    private double neededSpeechRatio(WindowQuality quality) {
        double windowSeconds = (double) spec.windowSamples() / spec.sampleRateHz();
        return quality.partial()
                ? Math.min(rules.minSpeechRatio(), TaggingRules.PARTIAL_SPEECH_SECONDS / windowSeconds)
                : rules.minSpeechRatio();
    }

    /// @param encoding of this window
    /// @param bank of the bundle that made the encoding
    public Tag tag(Window window, Encoding encoding, PromptBank bank) {
        Ranking ranking = ranker.rank(encoding.embedding(), bank);
        if (rules.abstainUncertain() && bestStrength(ranking) < calibration.minStrength()) {
            return abstained(window, Abstention.UNCERTAIN);
        }
        return new Tag.Scored(
                window.index(),
                rounded(window.quality()),
                rounded(Estimate.around(encoding.valence(), calibration.valenceHalfWidth())),
                rounded(Estimate.around(encoding.arousal(), calibration.arousalHalfWidth())),
                rounded(ranking));
    }

    /// For a window on which the encoder failed, also when tried alone.
    public Tag encoderFailed(Window window) {
        return abstained(window, Abstention.ENCODER_FAILED);
    }

    private static double bestStrength(Ranking ranking) {
        return ranking.prompts().stream()
                .mapToDouble(RankedPrompt::strength)
                .max()
                .orElse(0);
    }

    private static Tag abstained(Window window, Abstention reason) {
        return new Tag.Abstained(window.index(), rounded(window.quality()), reason);
    }

    private static WindowQuality rounded(WindowQuality quality) {
        return new WindowQuality(
                rounded(quality.speechRatio()),
                rounded(quality.coverage()),
                rounded(quality.clipping()),
                quality.partial());
    }

    private static Estimate rounded(Estimate estimate) {
        return new Estimate(rounded(estimate.value()), rounded(estimate.low()), rounded(estimate.high()));
    }

    private static Ranking rounded(Ranking ranking) {
        return new Ranking(ranking.prompts().stream()
                .map(ranked -> new RankedPrompt(
                        ranked.prompt(),
                        rounded(ranked.similarity()),
                        rounded(ranked.strength()),
                        rounded(ranked.probability())))
                .toList());
    }

    /// A number as it is published: to 4 decimals; never -0.0.
    public static double rounded(double value) {
        return Math.round(value * 1e4) / 1e4;
    }
}
