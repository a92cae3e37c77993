package io.undertone.trainer.speech;

import ai.djl.ndarray.NDManager;
import io.undertone.model.BundleManifest;
import io.undertone.model.BundleWriter;
import io.undertone.model.ModelBundle;
import io.undertone.model.OnnxFunction;
import io.undertone.trainer.CacheOption;
import io.undertone.trainer.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `train-speech`: gives a bundle a speech detector.
@Command(
        name = "train-speech",
        mixinStandardHelpOptions = true,
        description = {
            "Trains a small network that tells speech from noise and hold music, and puts it into a bundle.",
            "Nothing else of the bundle changes; a detector that it has already is replaced.",
            "Speakers that the bundle keeps for calibration and tests are not learned from."
        })
public final class TrainSpeechCommand implements Callable<Integer> {

    private static final int CALIBRATION_CLIPS = 300;

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "Every hyper-parameter (YAML).")
    Path config = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            defaultValue = "../shared/corpora",
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar (default: ${DEFAULT-VALUE}).")
    Path corpus = Path.of("");

    @Option(names = "--into", paramLabel = "BUNDLE", required = true, description = "The bundle's folder.")
    Path into = Path.of("");

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        var err = Objects.requireNonNull(spec).commandLine().getErr();
        long started = System.nanoTime();
        SpeechSpec how = SpeechSpec.read(config);
        BundleManifest manifest;
        try (ModelBundle bundle = ModelBundle.open(into)) {
            manifest = bundle.manifest();
        }
        int windowSamples = manifest.window().windowSamples();
        SpeechData data = SpeechData.open(manifest, how, corpus, cache.folder(), Progress.bars());
        var scenes = new SpeechScenes(
                data.corpus().audio(),
                data.train(),
                how.corpusWeights(),
                data.noises().train(),
                new HoldMusic(HoldMusic.LEARNED),
                windowSamples);
        try (NDManager manager = NDManager.newBaseManager();
                var training = new DetectorTraining(how, scenes::any, windowSamples, manager)) {
            double loss = training.run(Progress.bars());
            byte[] model = training.toOnnx();
            Threshold threshold;
            try (OnnxFunction detector = OnnxFunction.open("the speech detector", model, 1)) {
                threshold = Threshold.choose(detector, calibration(data, how, windowSamples), how.keep());
            }
            BundleWriter.addSpeechDetector(into, model, threshold.probability());
            err.printf(
                    Locale.ROOT,
                    "%d weights, loss %.4f a frame, threshold %.3f: passes %.3f of calibration windows with speech and"
                            + " %.3f of those without; %d bytes, %.0f s%n",
                    training.parameters(),
                    loss,
                    threshold.probability(),
                    threshold.kept(),
                    threshold.fooled(),
                    model.length,
                    (System.nanoTime() - started) / 1e9);
        }
        spec.commandLine().getOut().println(into);
        return 0;
    }

    /// Voices of the calibration speakers, and the sounds that should not pass.
    private static List<Trial> calibration(SpeechData data, SpeechSpec how, int windowSamples) {
        return new Trials(data.corpus().audio(), windowSamples, how.seed() + 2)
                .voices(
                        "voice",
                        SpeechData.verbal(data.calibration(), how, true),
                        CALIBRATION_CLIPS,
                        data.noises().calibration(),
                        HoldMusic.LEARNED)
                .noises(data.noises().calibration())
                .music("music", HoldMusic.LEARNED)
                .line()
                .all();
    }
}
