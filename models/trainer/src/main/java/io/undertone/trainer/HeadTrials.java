package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.model.Embedding;
import io.undertone.model.SentenceEncoder;
import io.undertone.trainer.corpus.BatchLoader.Batch;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Sampler;
import io.undertone.trainer.corpus.Split;
import io.undertone.trainer.evaluation.PromptMeasures;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Points;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Trains projection heads on the frozen features of an encoder, and measures them on speakers and corpora that
/// nothing was learned from. The log has each result as it comes. Owned by the training thread.
final class HeadTrials {

    private static final Logger LOG = LoggerFactory.getLogger(HeadTrials.class);
    private static final int CHECKED_CLIPS = 60; // the check after each epoch is not looked at here
    private static final long GAP_SEED = 1;

    private static final String SOFT_VALENCE = "soft ladder tau valence";
    private static final String SOFT_AROUSAL = "soft ladder tau arousal";
    private static final String RECALL = "zero-shot recall";

    /// After so many batches what a running statistic began with counts for a tenth.
    private static final int SETTLING_BATCHES = 45;

    private final TrainConfig config;
    private final TrainingData data;
    private final Path cache;
    private final SpeakerCheck check;
    private final SentenceEncoder sentences;
    private final NDManager manager;
    private final Progress progress;
    private final Map<String, Corpus> groups = new LinkedHashMap<>();
    private final Map<String, float[]> vectors = new LinkedHashMap<>();

    /// @param config of the run
    HeadTrials(
            TrainConfig config,
            TrainingData data,
            Path corpusRoot,
            Path cache,
            SentenceEncoder sentences,
            NDManager manager,
            Progress progress) {
        this.config = config;
        this.data = data;
        this.cache = cache;
        this.check = SpeakerCheck.create(config, data, data.calibration(), CHECKED_CLIPS, cache, progress);
        this.sentences = sentences;
        this.manager = manager;
        this.progress = progress;
        Corpus all = data.corpus();
        groups.put(
                "unseen speakers", all.with(Split.of(all.clips(), data.split().test())));
        List<String> unseen = config.data().heldOutCorpora();
        if (!unseen.isEmpty()) {
            int most = config.data().clipsPerSpeaker();
            groups.put(
                    "unseen corpus " + String.join(", ", unseen),
                    Corpus.open(corpusRoot, unseen, "", most, config.seed(), cache, progress));
        }
    }

    /// New ones; nothing of a teacher.
    static Networks networks(TrainConfig config, TrainingData data, Points points, NDManager manager) {
        return Networks.create(
                manager,
                config.encoder(),
                config.window().windowSamples(),
                data.classOutputs(),
                0,
                config.seed(),
                points);
    }

    /// Every variant with the seeds from 1 on.
    List<LossTable.Entry> train(List<LossVariant> variants, Networks encoder, int seeds) throws InterruptedException {
        StageInput input = StageInput.of(config, data, encoder, manager, cache, progress);
        AlignmentStage features = new AlignmentStage(config, data, encoder, input, check);
        features.prepare(manager, progress);
        List<FrozenClips> measured = frozen(encoder);
        List<LossTable.Entry> entries = new ArrayList<>();
        int done = 0;
        try (var step = progress.start("heads", (long) seeds * variants.size())) {
            for (int seed = 1; seed <= seeds; seed++) {
                for (LossVariant variant : variants) {
                    TrainConfig changed = config.with(variant.alignment(), seed);
                    try (Networks heads = networks(changed, data, variant.points(), manager)) {
                        heads(changed, heads, input, features);
                        for (FrozenClips group : measured) {
                            Map<String, Double> values = measured(changed, group, heads);
                            entries.add(new LossTable.Entry(group.name(), variant.name(), seed, values));
                            LOG.info("seed {}, {}, {}: {}", seed, variant.name(), group.name(), values);
                        }
                    }
                    step.at().accept(++done);
                }
            }
        }
        return entries;
    }

    private void heads(TrainConfig changed, Networks heads, StageInput input, AlignmentStage features) {
        heads.weights().set(Networks.LOG_TEMPERATURE, new float[] {
            (float) Math.log(changed.alignment().temperature())
        });
        AlignmentStage stage = new AlignmentStage(changed, data, heads, input, check);
        stage.share(features);
        for (int epoch = 0; epoch < changed.alignment().epochs(); epoch++) {
            stage.epoch(epoch, manager, Progress.Step.NONE);
        }
    }

    private List<FrozenClips> frozen(Networks encoder) {
        List<FrozenClips> frozen = new ArrayList<>();
        groups.forEach(
                (name, clips) -> frozen.add(FrozenClips.of(name, clips, config.window(), encoder, manager, progress)));
        return frozen;
    }

    private Map<String, Double> measured(TrainConfig changed, FrozenClips group, Networks heads) {
        List<Embedding> audio = group.embeddings(heads, manager);
        Function<List<String>, List<Embedding>> encoder = texts -> Projections.text(heads, vectors(texts), manager);
        double temperature = changed.alignment().temperatureOf(heads.weights()).value();
        PromptMeasures prompts = PromptMeasures.of(group.clips(), audio, encoder, temperature);
        PromptMeasures.Gap gap = PromptMeasures.gap(group.clips(), audio, encoder, GAP_SEED);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(SOFT_VALENCE, prompts.softValence());
        values.put(SOFT_AROUSAL, prompts.softArousal());
        values.put("ladder tau valence", prompts.ladderValence());
        values.put("ladder tau arousal", prompts.ladderArousal());
        values.put(RECALL, prompts.recall());
        values.put("in new wordings", prompts.recallNewWording());
        values.put("distance of means", gap.meanDistance());
        values.put("MMD", gap.mmd());
        values.put("Wasserstein", gap.wasserstein());
        values.values().removeIf(value -> Double.isNaN(value));
        return values;
    }

    /// What the heads of stage 1 say without any text, in the columns of the prompts' measures that they stand beside:
    /// tau of the estimates in place of the soft ladders, recall of the categories. No seed changes it.
    ///
    /// @param classes whether the head of the categories was learned
    List<LossTable.Entry> supervisedHeads(String name, Networks networks, boolean classes, int seeds) {
        List<LossTable.Entry> entries = new ArrayList<>();
        for (FrozenClips group : frozen(networks)) {
            FrozenClips.Supervised said = group.supervised(networks, data.classes(), manager);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(SOFT_VALENCE, said.valence());
            values.put(SOFT_AROUSAL, said.arousal());
            values.put(RECALL, classes ? said.recall() : Double.NaN);
            values.values().removeIf(value -> Double.isNaN(value));
            for (int seed = 1; seed <= seeds; seed++) {
                entries.add(new LossTable.Entry(group.name(), name, seed, values));
            }
        }
        return entries;
    }

    /// What projections say that are there already. No seed changes it.
    List<LossTable.Entry> prompts(String name, Networks networks, int seeds) {
        List<LossTable.Entry> entries = new ArrayList<>();
        for (FrozenClips group : frozen(networks)) {
            Map<String, Double> values = measured(config, group, networks);
            LOG.info("{}, {}: {}", name, group.name(), values);
            for (int seed = 1; seed <= seeds; seed++) {
                entries.add(new LossTable.Entry(group.name(), name, seed, values));
            }
        }
        return entries;
    }

    /// Lets the running statistics of an encoder that has learned nothing follow the training windows: without them
    /// its features would differ from a trained one's by their scale too.
    void settle(Networks networks) throws InterruptedException {
        StageInput input = StageInput.of(config, data, networks, manager, cache, progress);
        Sampler sampler = new Sampler(data.train(), config.data().corpusWeights());
        SplittableRandom random = new SplittableRandom(config.seed());
        for (int b = 0; b < SETTLING_BATCHES; b++) {
            int[] clips = IntStream.range(0, config.supervised().batch())
                    .map(_ -> sampler.draw(random))
                    .toArray();
            Batch batch = input.batch(clips, random);
            try (NDManager step = manager.newSubManager()) {
                DjlOps ops = new DjlOps(networks.weights(), true);
                var encoder = networks.encoder();
                encoder.pooled(ops, encoder.frames(ops, input.fixed(batch, ops, step)));
            }
        }
    }

    /// Sentence vectors, each text encoded once.
    private List<float[]> vectors(List<String> texts) {
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
