package io.undertone.streams.config;

/// Which windows are worth encoding.
///
/// @param minSpeechRatio windows with a smaller share of speech are not encoded
/// @param minCoverage windows of which a smaller share arrived are not encoded
/// @param detector what tells speech from other sounds
/// @param abstainUncertain windows that no prompt fits abstain instead of being ranked
/// @param silentWindows whether a window without speech gives a tag that abstains, or none
public record GateConfig(
        double minSpeechRatio,
        double minCoverage,
        Detector detector,
        boolean abstainUncertain,
        SilentWindows silentWindows) {

    public enum Detector {
        /// The bundle's speech detector; energy where it has none.
        AUTO,
        ENERGY
    }

    public enum SilentWindows {
        TAG,
        SKIP
    }

    static final double MIN_SPEECH_RATIO = 0.2;
    static final double MIN_COVERAGE = 0.5;
    static final Detector DETECTOR = Detector.AUTO;
    static final boolean ABSTAIN_UNCERTAIN = true;
    static final SilentWindows SILENT_WINDOWS = SilentWindows.TAG;

    public GateConfig {
        Range.checkRatio("gate.min-speech-ratio", minSpeechRatio);
        Range.checkRatio("gate.min-coverage", minCoverage);
    }

    static GateConfig read(Section section) {
        return new GateConfig(
                section.number("min-speech-ratio", MIN_SPEECH_RATIO),
                section.number("min-coverage", MIN_COVERAGE),
                section.choice("detector", Detector.class, DETECTOR),
                section.flag("abstain-uncertain", ABSTAIN_UNCERTAIN),
                section.choice("silent-windows", SilentWindows.class, SILENT_WINDOWS));
    }
}
