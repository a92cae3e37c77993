package io.undertone.streams;

import io.undertone.model.ModelBundle;
import io.undertone.model.TestBundles;
import io.undertone.rank.Listing;
import io.undertone.rank.PromptBank;
import io.undertone.schemas.ModelVersion;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.window.WindowingLimits;

/// The tiny bundle, opened once for all tests.
final class TestTagging {

    /// Takes every sound for speech.
    static final TaggingRules ANY_SOUND = new TaggingRules(0, 0.5, false, Listing.all());

    private static final ModelBundle BUNDLE = ModelBundle.open(TestBundles.tiny());
    private static final PromptBank BANK = PromptBank.ofDefaults(BUNDLE);

    private TestTagging() {}

    static Tagging of(TaggingRules rules) {
        return version(BUNDLE.manifest().version(), rules);
    }

    /// Each is a bundle of its own.
    static Tagging version(String version, TaggingRules rules) {
        return new Tagging(
                BUNDLE.windowSpec(),
                WindowingLimits.defaults(),
                new Tagger(
                        BUNDLE.windowSpec(),
                        BUNDLE.calibration(),
                        BUNDLE.manifest().probabilityTemperature(),
                        rules),
                BUNDLE.textEncoder(),
                BANK,
                new ModelVersion(BUNDLE.manifest().name(), version));
    }

    static FakeEncoder encoder() {
        return new FakeEncoder(dim());
    }

    private static int dim() {
        return BUNDLE.textEncoder().encode(java.util.List.of("calm")).getFirst().dim();
    }
}
