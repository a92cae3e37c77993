package io.undertone.tag;

import io.undertone.model.Calibration;
import io.undertone.model.Encoding;
import io.undertone.rank.Estimate;
import io.undertone.rank.PromptBank;
import io.undertone.rank.RankedPrompt;
import io.undertone.rank.Ranker;
import io.undertone.rank.Ranking;
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

    private final WindowSpec spec;
    private final Calibration calibration;
    private final Ranker ranker;
    private final TaggingRules rules;

    /// @param temperature the bundle's
    public Tagger(WindowSpec spec, Calibration calibration, double temperature, TaggingRules rules) {
        this.spec = spec;
        this.calibration = calibration;
        this.ranker = new Ranker(temperature, rules.listing());
        this.rules = rules;
    }

    /// What can be said without encoding the window: `NO_SPEECH`, `LOW_COVERAGE`. Empty: encode it.
    public Optional<Tag> abstainEarly(Window window) {
        WindowQuality quality = window.quality();
        if (!quality.partial() && quality.coverage() < rules.minCoverage()) {
            return Optional.of(abstained(window, Abstention.LOW_COVERAGE));
        }
        if (quality.speechRatio() < neededSpeechRatio(quality)) {
            return Optional.of(abstained(window, Abstention.NO_SPEECH));
        }
        return Optional.empty();
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
