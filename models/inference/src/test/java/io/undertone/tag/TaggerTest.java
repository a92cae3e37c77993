package io.undertone.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.undertone.model.AudioEncoder;
import io.undertone.model.BundleWriter;
import io.undertone.model.Calibration;
import io.undertone.model.Encoding;
import io.undertone.model.InferenceDevice;
import io.undertone.model.ModelBundle;
import io.undertone.model.Softmax;
import io.undertone.model.TestBundles;
import io.undertone.rank.Estimate;
import io.undertone.rank.Listing;
import io.undertone.rank.PromptBank;
import io.undertone.rank.RankedPrompt;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaggerTest {

    private static final WindowSpec SPEC = new WindowSpec(16_000, 48_000, 16_000);

    private static ModelBundle bundle;
    private static PromptBank bank;
    private static Encoding encoding;

    @BeforeAll
    static void open() {
        bundle = TestBundles.openTiny();
        bank = PromptBank.ofDefaults(bundle);
        try (AudioEncoder encoder = bundle.openAudioEncoder(new InferenceDevice.Cpu())) {
            encoding = encoder.encode(List.of(window(new WindowQuality(1, 1, 0, false))))
                    .getFirst();
        }
    }

    @AfterAll
    static void close() {
        bundle.close();
    }

    @Test
    void shouldPinItsDefaults() {
        assertThat(TaggingRules.defaults()).isEqualTo(new TaggingRules(0.2, 0.5, true, Listing.all()));
    }

    @Test
    void shouldAbstainFromAWindowWithTooLittleSpeech() {
        assertThat(early(new WindowQuality(0.19, 1, 0, false))).contains(Abstention.NO_SPEECH);
        assertThat(early(new WindowQuality(0.2, 1, 0, false))).isEmpty();
    }

    @Test
    void shouldAbstainFromAWindowOfWhichTooMuchIsMissing() {
        assertThat(early(new WindowQuality(0.4, 0.49, 0, false))).contains(Abstention.LOW_COVERAGE);
        assertThat(early(new WindowQuality(0.4, 0.5, 0, false))).isEmpty();
    }

    @Test
    void shouldLeaveAllButSilenceAndLossesToTheDetector() {
        Tagger patient = tagger(TaggingRules.defaults()).beforeDetector();
        float[] hiss = new float[SPEC.windowSamples()];
        Arrays.fill(hiss, 0.01f);

        assertThat(patient.abstainEarly(Window.of(7, hiss, new WindowQuality(0, 1, 0, false))))
                .as("energy hears no speech")
                .isEmpty();
        assertThat(patient.abstainEarly(Window.of(7, hiss, new WindowQuality(1, 0.4, 0, false))))
                .hasValueSatisfying(tag -> assertThat(reason(tag)).isEqualTo(Abstention.LOW_COVERAGE));
        float[] silence = new float[SPEC.windowSamples()];
        assertThat(patient.abstainEarly(Window.of(7, silence, new WindowQuality(0, 1, 0, false))))
                .hasValueSatisfying(tag -> assertThat(reason(tag)).isEqualTo(Abstention.NO_SPEECH));
    }

    @Test
    void shouldAbstainFromAWindowInWhichTheDetectorHeardTooLittle() {
        Tagger patient = tagger(TaggingRules.defaults()).beforeDetector();
        Window window = window(new WindowQuality(1, 1, 0, false));

        assertThat(patient.abstainUnspoken(window.withSpeechRatio(0.19)))
                .contains(new Tag.Abstained(7, new WindowQuality(0.19, 1, 0, false), Abstention.NO_SPEECH));
        assertThat(patient.abstainUnspoken(window.withSpeechRatio(0.2))).isEmpty();
    }

    private static Abstention reason(Tag tag) {
        return ((Tag.Abstained) tag).reason();
    }

    @Test
    void shouldTagAShortClipThatHoldsHalfASecondOfSpeech() {
        // 0.7 s of audio in a window of 3 s, 0.5 s of it speech
        assertThat(early(new WindowQuality(0.5 / 3, 0.7 / 3, 0, true))).isEmpty();
        assertThat(early(new WindowQuality(0.49 / 3, 0.7 / 3, 0, true))).contains(Abstention.NO_SPEECH);
    }

    @Test
    void shouldAskNoMoreSpeechOfAPartialWindowThanOfAWholeOne() {
        Tagger lenient = tagger(new TaggingRules(0, 0, true, Listing.all()));
        assertThat(lenient.abstainEarly(window(new WindowQuality(0, 0.1, 0, true))))
                .isEmpty();
    }

    @Test
    void shouldScoreAWindowWithIntervalsClampedToThePlane() {
        Tag.Scored tag = (Tag.Scored)
                tagger(TaggingRules.defaults()).tag(window(new WindowQuality(0.87654321, 1, 0, false)), encoding, bank);

        assertThat(tag.windowIndex()).isEqualTo(7);
        assertThat(tag.quality().speechRatio()).isEqualTo(0.8765);
        Estimate valence = tag.valence();
        assertThat(valence.value()).isCloseTo(encoding.valence(), within(5e-5));
        assertThat(valence.high()).isEqualTo(Math.min(1, Math.round((encoding.valence() + 0.6) * 1e4) / 1e4));
        assertThat(tag.arousal().low()).isBetween(-1.0, tag.arousal().value());
    }

    @Test
    void shouldRoundPublishedNumbersToFourDecimals() {
        Tag.Scored tag = (Tag.Scored)
                tagger(TaggingRules.defaults()).tag(window(new WindowQuality(1, 1, 0, false)), encoding, bank);

        assertThat(tag.ranking().prompts()).hasSize(5);
        for (RankedPrompt ranked : tag.ranking().prompts()) {
            for (double value : List.of(ranked.similarity(), ranked.strength(), ranked.probability())) {
                assertThat(Double.toString(value)).matches("-?\\d\\.\\d{1,4}(E-4)?");
            }
        }
        assertThat(1 / Tagger.rounded(-0.00001)).as("never -0.0").isPositive();
    }

    @Test
    void shouldAbstainWhereNoPromptFitsOnlyIfAskedTo() {
        Calibration strict = Calibration.of(Collections.nCopies(16, encoding.embedding()), 0.9, 0.6, 0.5, 0.999999);
        Window window = window(new WindowQuality(1, 1, 0, false));

        assertThat(new Tagger(SPEC, strict, 0.1, new TaggingRules(0.2, 0.5, true, Listing.all()))
                        .tag(window, encoding, bank))
                .isEqualTo(new Tag.Abstained(7, new WindowQuality(1, 1, 0, false), Abstention.UNCERTAIN));
        assertThat(new Tagger(SPEC, strict, 0.1, new TaggingRules(0.2, 0.5, false, Listing.all()))
                        .tag(window, encoding, bank))
                .isInstanceOf(Tag.Scored.class);
    }

    @Test
    void shouldPublishProbabilitiesAtTheirOwnTemperatureAndNothingElse(@TempDir Path temporary) {
        Path folder = TestBundles.copyTiny(temporary.resolve("fitted"));
        BundleWriter.setProbabilityTemperature(folder, 0.4);
        Window window = window(new WindowQuality(1, 1, 0, false));
        Tag.Scored before = (Tag.Scored) tagger(TaggingRules.defaults()).tag(window, encoding, bank);
        try (ModelBundle fitted = ModelBundle.open(folder)) {
            Tagger tagger = new Tagger(
                    SPEC, fitted.calibration(), fitted.manifest().probabilityTemperature(), TaggingRules.defaults());
            Tag.Scored after = (Tag.Scored) tagger.tag(window, encoding, PromptBank.ofDefaults(fitted));

            double[] similarities = after.ranking().prompts().stream()
                    .mapToDouble(RankedPrompt::similarity)
                    .toArray();
            double[] wanted = Softmax.of(similarities, 0.4);
            for (int i = 0; i < wanted.length; i++) {
                RankedPrompt ranked = after.ranking().prompts().get(i);
                RankedPrompt old = before.ranking().prompts().get(i);
                assertThat(ranked.probability()).isCloseTo(wanted[i], within(2e-4)); // both sides are rounded
                assertThat(ranked.prompt()).isEqualTo(old.prompt());
                assertThat(ranked.strength()).isEqualTo(old.strength());
                assertThat(ranked.similarity()).isEqualTo(old.similarity());
            }
            assertThat(after.ranking().prompts().getFirst().probability())
                    .isLessThan(before.ranking().prompts().getFirst().probability());
            assertThat(after.valence()).isEqualTo(before.valence());
        }
    }

    @Test
    void shouldSayThatTheEncoderFailed() {
        assertThat(tagger(TaggingRules.defaults()).encoderFailed(window(new WindowQuality(1, 1, 0, false))))
                .isEqualTo(new Tag.Abstained(7, new WindowQuality(1, 1, 0, false), Abstention.ENCODER_FAILED));
    }

    private static Tagger tagger(TaggingRules rules) {
        return new Tagger(SPEC, bundle.calibration(), bundle.manifest().probabilityTemperature(), rules);
    }

    private static Optional<Abstention> early(WindowQuality quality) {
        return tagger(TaggingRules.defaults()).abstainEarly(window(quality)).map(tag -> ((Tag.Abstained) tag).reason());
    }

    private static Window window(WindowQuality quality) {
        return Window.of(7, TestBundles.hum(48_000, 0.5), quality);
    }
}
