package io.undertone.streams;

import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.rank.Prompt;
import io.undertone.rank.PromptBank;
import io.undertone.schemas.ModelVersion;
import io.undertone.streams.config.GateConfig;
import io.undertone.streams.config.InferenceConfig;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.streams.config.WindowingConfig;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// The bundle and the prompts that a process tags with. Owned by the application, which closes it.
final class Model implements AutoCloseable {

    private final ModelBundle bundle;
    private final InferenceConfig inference;
    private final Tagging tagging;

    private Model(ModelBundle bundle, InferenceConfig inference, Tagging tagging) {
        this.bundle = bundle;
        this.inference = inference;
        this.tagging = tagging;
    }

    /// @throws io.undertone.audio.InvalidInputException if bundle or prompts cannot be used
    static Model open(UndertoneConfig config) {
        ModelBundle bundle = ModelBundle.open(config.bundle());
        try {
            WindowSpec spec = spec(bundle.windowSpec(), config.windowing());
            Tagger tagger =
                    new Tagger(spec, bundle.calibration(), bundle.manifest().temperature(), rules(config.gate()));
            ModelVersion version =
                    new ModelVersion(bundle.manifest().name(), bundle.manifest().version());
            Tagging tagging = new Tagging(spec, limits(config.windowing()), tagger, bank(bundle, config), version);
            return new Model(bundle, config.inference(), tagging);
        } catch (RuntimeException | Error e) {
            bundle.close();
            throw e;
        }
    }

    Tagging tagging() {
        return tagging;
    }

    AudioEncoder openEncoder() {
        return bundle.openAudioEncoder(
                InferenceDevice.parse(inference.device()), new InferenceOptions(inference.threads(), false));
    }

    @Override
    public void close() {
        bundle.close();
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

    private static TaggingRules rules(GateConfig gate) {
        return new TaggingRules(gate.minSpeechRatio(), gate.minCoverage(), gate.abstainUncertain());
    }

    /// A file of prompts has no version of its own, so the hash of its prompts stands for it in the tags.
    private static PromptBank bank(ModelBundle bundle, UndertoneConfig config) {
        if (config.prompts().isEmpty()) {
            return PromptBank.ofDefaults(bundle);
        }
        Path file = config.prompts().get();
        List<Prompt> prompts = PromptBank.parseFile(file);
        return PromptBank.of(String.valueOf(file.getFileName()), version(prompts), prompts, bundle.textEncoder());
    }

    private static String version(List<Prompt> prompts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(prompts.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
