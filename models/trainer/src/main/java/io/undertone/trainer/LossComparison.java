package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.model.SentenceEncoder;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Points;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Trains the projection heads of a run anew in several ways and with several seeds, on the same frozen features of
/// the run's encoder, and measures them on speakers and corpora that nothing was learned from. For one seed every way
/// sees the same start values and, with batches of the same size, the same batches, so that differences are paired.
/// Owned by the training thread.
final class LossComparison {

    private final TrainConfig config;
    private final TrainedEncoder encoder;
    private final Path corpusRoot;
    private final Path cache;
    private final Progress progress;

    LossComparison(TrainedEncoder encoder, Path corpusRoot, Path cache, Progress progress) {
        this.config = encoder.config();
        this.encoder = encoder;
        this.corpusRoot = corpusRoot;
        this.cache = cache;
        this.progress = progress;
    }

    /// What is compared.
    enum Question {
        /// Rank-N-Contrast and its baselines.
        LOSSES,
        /// The run's own second stage, and one change of it at a time.
        ABLATION,
        /// What each stage brings: the first two, the heads of stage 1 alone, stage 2 on an encoder that learned
        /// nothing, and the joint stage where the run has one.
        STAGES
    }

    /// @param seeds how many, at least 2
    /// @param epochs of the heads
    LossTable compare(Question question, int seeds, int epochs) throws InterruptedException {
        TrainingData data = TrainingData.prepare(config, corpusRoot, cache, progress);
        List<LossTable.Entry> entries = new ArrayList<>();
        List<LossVariant> variants = switch (question) {
            case LOSSES -> LossVariant.losses(config.alignment(), epochs);
            case ABLATION -> LossVariant.ablation(config.alignment(), epochs);
            case STAGES -> List.of(LossVariant.own("stages 1 and 2, prompts", config.alignment(), epochs));
        };
        try (NDManager manager = NDManager.newBaseManager();
                SentenceEncoder sentences = SentenceEncoder.open();
                Networks trained = HeadTrials.networks(config, data, Points.STANDARDISED, manager)) {
            Optional<TrainedEncoder> aligned = question == Question.STAGES ? encoder.beforeJoint() : Optional.empty();
            aligned.orElse(encoder).into(trained, data);
            HeadTrials trials = new HeadTrials(config, data, corpusRoot, cache, sentences, manager, progress);
            entries.addAll(trials.train(variants, trained, seeds));
            if (question == Question.STAGES) {
                entries.addAll(trials.supervisedHeads("stage 1, its own heads", trained, encoder.hasClasses(), seeds));
                try (Networks random = HeadTrials.networks(config, data, Points.STANDARDISED, manager)) {
                    trials.settle(random);
                    var heads = LossVariant.own("random encoder and stage 2, prompts", config.alignment(), epochs);
                    entries.addAll(trials.train(List.of(heads), random, seeds));
                }
                if (aligned.isPresent()) {
                    entries.addAll(joint(trials, data, seeds, manager));
                }
            }
        }
        return new LossTable(encoder.name(), seeds, epochs, variants.getFirst().name(), entries);
    }

    /// The run as its joint stage left it: one draw of everything.
    private List<LossTable.Entry> joint(HeadTrials trials, TrainingData data, int seeds, NDManager manager) {
        try (Networks joint = HeadTrials.networks(config, data, Points.STANDARDISED, manager)) {
            encoder.into(joint, data);
            List<LossTable.Entry> entries = new ArrayList<>(trials.prompts("all three stages, prompts", joint, seeds));
            entries.addAll(trials.supervisedHeads(
                    "all three stages, the supervised heads", joint, encoder.hasClasses(), seeds));
            return entries;
        }
    }
}
