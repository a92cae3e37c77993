package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.rank.Listing;
import io.undertone.rank.PromptBank;
import io.undertone.schemas.ModelVersion;
import io.undertone.streams.config.AlertRule;
import io.undertone.streams.config.GateConfig;
import io.undertone.streams.config.InferenceConfig;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.streams.config.WindowingConfig;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/// The bundle and the prompts that a process tags with. Owned by the application, which closes it.
final class Model implements AutoCloseable {

    private final ModelBundle bundle;
    private final boolean detectorListens;
    private final InferenceConfig inference;
    private final Tagging tagging;
    private boolean closed;

    private Model(ModelBundle bundle, boolean detectorListens, InferenceConfig inference, Tagging tagging) {
        this.bundle = bundle;
        this.detectorListens = detectorListens;
        this.inference = inference;
        this.tagging = tagging;
    }

    /// @throws io.undertone.audio.InvalidInputException if bundle or prompts cannot be used
    static Model open(UndertoneConfig config) {
        ModelBundle bundle = ModelBundle.open(config.bundle());
        try {
            WindowSpec spec = spec(bundle.windowSpec(), config.windowing());
            boolean listens = config.gate().detector() == GateConfig.Detector.AUTO
                    && bundle.manifest().speechDetector().isPresent();
            Tagger byEnergy =
                    new Tagger(spec, bundle.calibration(), bundle.manifest().probabilityTemperature(), rules(config));
            Tagger tagger = listens ? byEnergy.beforeDetector() : byEnergy;
            ModelVersion version =
                    new ModelVersion(bundle.manifest().name(), bundle.manifest().version());
            Tagging tagging = new Tagging(
                    spec, limits(config.windowing()), tagger, bundle.textEncoder(), bank(bundle, config), version);
            return new Model(bundle, listens, config.inference(), tagging);
        } catch (RuntimeException | Error e) {
            bundle.close();
            throw e;
        }
    }

    /// Of the bundle's content.
    String digest() {
        return bundle.digest();
    }

    Tagging tagging() {
        return tagging;
    }

    AudioEncoder openEncoder() {
        InferenceDevice device = InferenceDevice.parse(inference.device());
        InferenceOptions options =
                new InferenceOptions(inference.threads(), false, inference.maxBatch(), inference.precision());
        return detectorListens
                ? bundle.openListeningEncoder(device, options)
                : bundle.openAudioEncoder(device, options);
    }

    /// Closing it twice does no harm: who opened it closes it when the start fails, and so does what it was given to.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            bundle.close();
        }
    }

    static WindowingLimits limits(WindowingConfig windowing) {
        return new WindowingLimits(
                windowing.grace(), windowing.maxPayloadBytes(), windowing.maxFilledGap(), windowing.maxSequenceJump());
    }

    /// The bundle's windows, at the distance that was asked for.
    static WindowSpec spec(WindowSpec bundle, WindowingConfig windowing) {
        return windowing
                .hop()
                .map(hop -> new WindowSpec(
                        bundle.sampleRateHz(),
                        bundle.windowSamples(),
                        Math.toIntExact(hop.toMillis() * bundle.sampleRateHz() / 1000)))
                .orElse(bundle);
    }

    private static TaggingRules rules(UndertoneConfig config) {
        GateConfig gate = config.gate();
        return new TaggingRules(gate.minSpeechRatio(), gate.minCoverage(), gate.abstainUncertain(), listing(config));
    }

    /// Alerts look at tags, so the prompts that they name must stand there.
    private static Listing listing(UndertoneConfig config) {
        Set<String> watched = new HashSet<>();
        for (AlertRule rule : config.alerts()) {
            if (rule.trigger() instanceof AlertRule.Prompt prompt) {
                watched.add(prompt.id());
            }
        }
        return new Listing(config.ranking().maxPrompts(), watched);
    }

    private static PromptBank bank(ModelBundle bundle, UndertoneConfig config) {
        if (config.prompts().isEmpty()) {
            return PromptBank.ofDefaults(bundle);
        }
        Path file = config.prompts().get();
        PromptSet prompts = PromptSet.read(file);
        return PromptBank.of(
                String.valueOf(file.getFileName()), prompts.version(), prompts.prompts(), bundle.textEncoder());
    }
}
