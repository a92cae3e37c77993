package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.model.SentenceEncoder;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Split;
import io.undertone.trainer.evaluation.PromptMeasures;
import io.undertone.trainer.loss.AlignmentLoss;
import io.undertone.trainer.loss.AlignmentLoss.Anchors;
import io.undertone.trainer.loss.AlignmentLoss.Objective;
import io.undertone.trainer.network.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Trains the projection heads of a run anew with each loss and several seeds, on the same frozen features of the run's
/// encoder, and measures them on speakers and corpora that nothing was learned from. For one seed every loss sees the
/// same start values and the same batches, so that differences are paired. Owned by the training thread.
final class LossComparison {

    private static final int CHECKED_CLIPS = 60; // the check after each epoch is not looked at here
    private static final long GAP_SEED = 1;

    private final TrainConfig config;
    private final Path run;
    private final Path corpusRoot;
    private final Path cache;
    private final Progress progress;
    private final Map<String, float[]> vectors = new LinkedHashMap<>();

    /// @param run folder of a run whose first stage is done
    LossComparison(Path run, Path corpusRoot, Path cache, Progress progress) {
        this.config = TrainConfig.read(run.resolve("config.yaml")).withoutTeacher();
        this.run = run;
        this.corpusRoot = corpusRoot;
        this.cache = cache;
        this.progress = progress;
    }

    /// The losses by their names in the table; the first is the one that the others are compared with.
    static Map<String, AlignmentLoss> losses(TrainConfig.Alignment spec) {
        Map<String, AlignmentLoss> losses = new LinkedHashMap<>();
        var ranked = new AlignmentLoss(Objective.RANK_N_CONTRAST, Anchors.BOTH, spec.distance(), spec.ties(), 0);
        losses.put(LossTable.REFERENCE, ranked);
        losses.put("Rank-N-Contrast, audio anchors", ranked.with(Objective.RANK_N_CONTRAST, Anchors.AUDIO, 0));
        losses.put("Rank-N-Contrast + 0.5 SupCon", ranked.with(Objective.RANK_N_CONTRAST, Anchors.BOTH, 0.5));
        losses.put("SCE (CLIP)", ranked.with(Objective.SYMMETRIC_CROSS_ENTROPY, Anchors.BOTH, 0));
        losses.put("SupCon", ranked.with(Objective.SUPERVISED_CONTRASTIVE, Anchors.BOTH, 0));
        return losses;
    }

    /// @param seeds how many, at least 2
    /// @param epochs of the heads
    LossTable compare(int seeds, int epochs) throws InterruptedException {
        TrainingData data = TrainingData.prepare(config, corpusRoot, cache, progress);
        SpeakerCheck check = SpeakerCheck.create(config, data, data.calibration(), CHECKED_CLIPS, cache, progress);
        Map<String, AlignmentLoss> losses = losses(config.alignment());
        List<LossTable.Entry> entries = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager();
                SentenceEncoder sentences = SentenceEncoder.open();
                Networks trained = trained(data, manager)) {
            StageInput input = StageInput.of(config, data, trained, manager, cache, progress);
            AlignmentStage features = new AlignmentStage(config, data, trained, input, check);
            features.prepare(manager, progress);
            List<FrozenClips> groups = groups(data, trained, manager);
            try (var step = progress.start("losses", (long) seeds * losses.size())) {
                for (int seed = 1; seed <= seeds; seed++) {
                    for (var loss : losses.entrySet()) {
                        TrainConfig variant = config.aligned(loss.getValue(), epochs, seed);
                        try (Networks heads = heads(variant, data, input, features, check, manager)) {
                            for (FrozenClips group : groups) {
                                entries.add(measure(loss.getKey(), seed, group, heads, sentences, manager));
                            }
                        }
                        step.at().accept(entries.size() / groups.size());
                    }
                }
            }
        }
        return new LossTable(
                String.valueOf(run.toAbsolutePath().normalize().getFileName()), seeds, epochs, List.copyOf(entries));
    }

    private Networks trained(TrainingData data, NDManager manager) {
        Path file = run.resolve("checkpoint.bin");
        if (!Files.exists(file)) {
            throw new InvalidInputException(run + " has no checkpoint.bin: the run's first stage must be done");
        }
        Checkpoint checkpoint = Checkpoint.read(file);
        if (checkpoint.stage() < 2) {
            throw new InvalidInputException(run + " must be past its first stage: its checkpoint is of stage "
                    + checkpoint.stage() + ", epoch " + checkpoint.epoch());
        }
        Networks networks = create(config, data, manager);
        Map<String, float[]> weights = new LinkedHashMap<>(checkpoint.weights());
        weights.keySet().retainAll(networks.weights().names()); // the teacher's head is not needed
        networks.weights().restore(weights);
        return networks;
    }

    private static Networks create(TrainConfig config, TrainingData data, NDManager manager) {
        return Networks.create(
                manager,
                config.encoder(),
                config.window().windowSamples(),
                data.classOutputs(),
                data.teacherDim(),
                config.seed());
    }

    private static Networks heads(
            TrainConfig variant,
            TrainingData data,
            StageInput input,
            AlignmentStage features,
            SpeakerCheck check,
            NDManager manager) {
        Networks heads = create(variant, data, manager);
        heads.weights().set(Networks.LOG_TEMPERATURE, new float[] {
            (float) Math.log(variant.alignment().temperature())
        });
        AlignmentStage stage = new AlignmentStage(variant, data, heads, input, check);
        stage.share(features);
        for (int epoch = 0; epoch < variant.alignment().epochs(); epoch++) {
            stage.epoch(epoch, manager, Progress.Step.NONE);
        }
        return heads;
    }

    private List<FrozenClips> groups(TrainingData data, Networks networks, NDManager manager) {
        Corpus speakers =
                data.corpus().with(Split.of(data.corpus().clips(), data.split().test()));
        List<FrozenClips> groups = new ArrayList<>();
        groups.add(FrozenClips.of("unseen speakers", speakers, config.window(), networks, manager, progress));
        if (!config.data().heldOutCorpora().isEmpty()) {
            Corpus unseen = Corpus.open(
                    corpusRoot,
                    config.data().heldOutCorpora(),
                    "",
                    config.data().clipsPerSpeaker(),
                    config.seed(),
                    cache,
                    progress);
            String name = "unseen corpus " + String.join(", ", config.data().heldOutCorpora());
            groups.add(FrozenClips.of(name, unseen, config.window(), networks, manager, progress));
        }
        return groups;
    }

    private LossTable.Entry measure(
            String loss, int seed, FrozenClips group, Networks heads, SentenceEncoder sentences, NDManager manager) {
        List<Embedding> audio = group.embeddings(heads, manager);
        Function<List<String>, List<Embedding>> encoder =
                texts -> Projections.text(heads, vectors(texts, sentences), manager);
        double temperature = config.alignment().temperature();
        PromptMeasures prompts = PromptMeasures.of(group.clips(), audio, encoder, temperature);
        PromptMeasures.Gap gap = PromptMeasures.gap(group.clips(), audio, encoder, GAP_SEED);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("soft ladder tau valence", prompts.softValence());
        values.put("soft ladder tau arousal", prompts.softArousal());
        values.put("ladder tau valence", prompts.ladderValence());
        values.put("ladder tau arousal", prompts.ladderArousal());
        values.put("zero-shot recall", prompts.recall());
        values.put("in new wordings", prompts.recallNewWording());
        values.put("distance of means", gap.meanDistance());
        values.put("MMD", gap.mmd());
        return new LossTable.Entry(group.name(), loss, seed, values);
    }

    /// Sentence vectors, each text encoded once.
    private List<float[]> vectors(List<String> texts, SentenceEncoder sentences) {
        List<String> missing = texts.stream()
                .filter(text -> !vectors.containsKey(text))
                .distinct()
                .toList();
        List<float[]> encoded = missing.isEmpty() ? List.of() : sentences.encode(missing);
        for (int i = 0; i < missing.size(); i++) {
            vectors.put(missing.get(i), encoded.get(i));
        }
        return texts.stream()
                .map(text -> vectors.getOrDefault(text, new float[0]))
                .toList();
    }
}
