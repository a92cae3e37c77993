package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.undertone.model.BundleManifest;
import io.undertone.model.BundleManifest.AudioEncoderFile;
import io.undertone.model.BundleManifest.FileEntry;
import io.undertone.model.BundleManifest.ProjectionFile;
import io.undertone.model.BundleManifest.TensorEntry;
import io.undertone.model.BundleManifest.TextEncoderFiles;
import io.undertone.model.BundleWriter;
import io.undertone.model.Calibration;
import io.undertone.model.Embedding;
import io.undertone.model.SentenceEncoder;
import io.undertone.trainer.bundle.EncoderExport;
import io.undertone.trainer.bundle.ModelCard;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.evaluation.BundleEvaluation;
import io.undertone.trainer.evaluation.EvaluationReport;
import io.undertone.trainer.evaluation.HeardSpeakers;
import io.undertone.trainer.evaluation.TemperatureFit;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.TowerEncoder;
import io.undertone.trainer.tower.TowerSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The last step of a run: calibrates on speakers that were not learned from, writes the bundle, measures it as
/// the tagger would run it, and puts the figures into its card. Owned by the training thread.
final class BundleStage {

    private static final String PENDING = "Not yet measured.\n";

    private final TrainConfig config;
    private final Path corpusRoot;
    private final Path cache;
    private final RunFolder folder;
    private final Progress progress;

    BundleStage(TrainConfig config, Path corpusRoot, Path cache, RunFolder folder, Progress progress) {
        this.config = config;
        this.corpusRoot = corpusRoot;
        this.cache = cache;
        this.folder = folder;
        this.progress = progress;
    }

    /// Writes the bundle into the run's folder.
    ///
    /// @return its manifest
    BundleManifest write(TrainingData data, Networks networks, NDManager manager) {
        Path path = folder.bundle();
        Calibration calibration = calibrate(data, networks, manager);
        folder.log("intervals of " + calibration.coverage() + ": valence +- " + calibration.valenceHalfWidth()
                + ", arousal +- " + calibration.arousalHalfWidth());
        try {
            Files.createDirectories(path);
            Files.write(path.resolve("audio-encoder.onnx"), EncoderExport.audioEncoder(networks));
            Files.write(path.resolve("text-projection.onnx"), EncoderExport.textProjection(networks));
            Files.write(path.resolve("calibration.json"), calibration.toJson());
            Files.writeString(path.resolve("MODEL_CARD.md"), PENDING);
            BundleManifest draft =
                    withProbabilities(data, BundleWriter.finish(path, manifest(data, networks), goldenWindow()));
            List<EvaluationReport> reports = evaluate(data);
            folder.metric("evaluation", reports);
            Files.writeString(
                    path.resolve("MODEL_CARD.md"),
                    card(data, networks, calibration, draft.probabilityTemperature(), reports)
                            .toMarkdown());
            return BundleWriter.finish(path, draft, goldenWindow());
        } catch (IOException e) {
            throw new UncheckedIOException("the bundle " + path + " cannot be written", e);
        }
    }

    /// Fits the temperature of the probabilities on the bundle as the tagger runs it.
    private BundleManifest withProbabilities(TrainingData data, BundleManifest finished) {
        Optional<TemperatureFit> fit = TemperatureFit.of(folder.bundle(), data.corpus(), progress);
        folder.log(fit.map(TemperatureFit::toString)
                .orElse("temperature of probabilities: that of the training, since no window has a choice"));
        return fit.map(found -> BundleWriter.setProbabilityTemperature(folder.bundle(), found.temperature()))
                .orElse(finished);
    }

    private ModelCard card(
            TrainingData data,
            Networks networks,
            Calibration calibration,
            double probabilityTemperature,
            List<EvaluationReport> reports) {
        var alignment = config.alignment();
        String objective = alignment.loss()
                + (alignment.classWeight() > 0
                        ? " with " + alignment.classWeight() + " of a class-aware contrastive term"
                        : "")
                + frozen(networks)
                        .map(tower -> ", on a frozen tower: " + tower.name() + " (" + tower.licence() + ", "
                                + tower.source() + "); its weights are in the bundle")
                        .orElse("");
        return new ModelCard(
                config.name() + " " + config.version(),
                config.licence(),
                objective,
                config.joint().epochs(),
                config.distillation().credit(),
                config.data().corpora(),
                config.data().heldOutCorpora(),
                data.train().size(),
                data.split().train().size(),
                data.split().calibration().size(),
                data.split().test().size(),
                networks.weights().trainableSize(),
                calibration,
                probabilityTemperature,
                reports);
    }

    private List<EvaluationReport> evaluate(TrainingData data) {
        List<EvaluationReport> reports =
                new ArrayList<>(BundleEvaluation.evaluate(folder.bundle(), data.corpus(), false, progress));
        if (!config.data().heldOutCorpora().isEmpty()) {
            Corpus unseen = Corpus.open(
                    corpusRoot,
                    config.data().heldOutCorpora(),
                    "",
                    config.data().clipsPerSpeaker(),
                    config.seed(),
                    cache,
                    progress);
            reports.addAll(BundleEvaluation.evaluate(folder.bundle(), unseen, false, progress));
        }
        reports.forEach(report -> folder.log(report.kind() + "\n" + report.toMarkdown()));
        return reports;
    }

    private Calibration calibrate(TrainingData data, Networks networks, NDManager parent) {
        var spec = config.calibration();
        Residuals residuals = Residuals.measure(data, networks, spec.windows(), config.seed() + 5, parent, progress);
        return Calibration.of(
                references(data, networks, parent),
                spec.coverage(),
                residuals.valence().halfWidth(spec.coverage()),
                residuals.arousal().halfWidth(spec.coverage()),
                spec.minStrength());
    }

    /// Windows as calls may sound: over the telephone, in noise.
    private List<Embedding> references(TrainingData data, Networks networks, NDManager parent) {
        Sampler sampler = new Sampler(data.calibration(), config.data().corpusWeights());
        SplittableRandom random = new SplittableRandom(config.seed() + 6);
        List<Embedding> references = new ArrayList<>();
        while (references.size() < config.calibration().referenceWindows()) {
            Clip clip = data.calibration().get(sampler.draw(random));
            float[] window = data.augmentation().window(clip.path(), random);
            try (NDManager manager = parent.newSubManager()) {
                DjlOps ops = new DjlOps(networks.weights(), false);
                NDArray features = networks.encoder().apply(ops, manager.create(window, new Shape(1, window.length)));
                references.add(Embedding.normalized(
                        Heads.project(ops, features, Networks.AUDIO_PROJECTION).toFloatArray()));
            }
        }
        return references;
    }

    private short[] goldenWindow() {
        return SyntheticVoice.golden(config.window().windowSamples(), config.seed());
    }

    private BundleManifest manifest(TrainingData data, Networks networks) {
        int dim = config.encoder().embedding();
        return new BundleManifest(
                BundleManifest.FORMAT,
                config.name(),
                config.version(),
                config.licence(),
                config.window(),
                new AudioEncoderFile(
                        "audio-encoder.onnx",
                        "",
                        TensorEntry.of("waveform", EncoderExport.samples(networks)),
                        TensorEntry.of("embedding", dim),
                        TensorEntry.of("affect", 2)),
                new TextEncoderFiles(
                        SentenceEncoder.NAME,
                        SentenceEncoder.DIM,
                        new ProjectionFile(
                                "text-projection.onnx",
                                "",
                                TensorEntry.of("text", SentenceEncoder.DIM),
                                TensorEntry.of("embedding", dim))),
                rounded(config.alignment().temperatureOf(networks.weights()).value()),
                new FileEntry("calibration.json", ""),
                new FileEntry("golden.json", ""),
                new FileEntry("MODEL_CARD.md", ""),
                config.prompts(),
                training(data, networks));
    }

    /// A learned temperature is a float: its digits beyond the sixth say nothing.
    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }

    private Map<String, Object> training(TrainingData data, Networks networks) {
        Map<String, Object> training = new LinkedHashMap<>();
        training.put("seed", config.seed());
        training.put(HeardSpeakers.CORPORA, config.data().corpora());
        training.put("heldOutCorpora", config.data().heldOutCorpora());
        training.put("clips", data.train().size());
        training.put("trainingSpeakers", data.split().train().size());
        training.put(
                HeardSpeakers.LEARNED_SPEAKERS,
                HeardSpeakers.learnedFrom(config.data().corpora(), data.train()));
        training.put(HeardSpeakers.CALIBRATION_SPEAKERS, data.split().calibration());
        training.put(HeardSpeakers.TEST_SPEAKERS, data.split().test());
        training.put("loss", config.alignment().loss().toString());
        if (config.joint().enabled()) {
            training.put("jointEpochs", config.joint().epochs());
        }
        training.put("teacher", config.distillation().credit());
        frozen(networks)
                .ifPresent(tower -> training.put(
                        "tower", Map.of("name", tower.name(), "licence", tower.licence(), "source", tower.source())));
        training.put(
                "heldOutSpeakers",
                Stream.concat(data.split().calibration().stream(), data.split().test().stream())
                        .sorted()
                        .toList());
        return training;
    }

    private static Optional<TowerSpec> frozen(Networks networks) {
        return networks.encoder() instanceof TowerEncoder tower ? Optional.of(tower.manifest()) : Optional.empty();
    }
}
