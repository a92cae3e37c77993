package io.undertone.trainer;

import ai.djl.ndarray.NDManager;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest;
import io.undertone.model.Calibration;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Place;
import io.undertone.trainer.evaluation.Comparison;
import io.undertone.trainer.evaluation.Comparison.Said;
import io.undertone.trainer.evaluation.TemperatureFit;
import io.undertone.trainer.network.HeadAdapter;
import io.undertone.trainer.network.Weights;
import io.undertone.trainer.retraining.EmbeddingSource;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Retrains the heads of a bundle from embeddings and labels, without any voice: the encoder stays, a small change is
/// learned behind it, and a new bundle is written, unless it is worse on the old evaluation set. Owned by one thread.
final class Retraining {

    private static final int NAMED = 5;

    private final Path from;
    private final RetrainingSpec spec;
    private final Progress progress;

    /// @param from folder of the old bundle
    Retraining(Path from, RetrainingSpec spec, Progress progress) {
        this.from = from;
        this.spec = spec;
        this.progress = progress;
    }

    /// What came of it.
    ///
    /// @param gained on speakers of the new records that were not learned from
    /// @param kept on the old evaluation set
    /// @param written whether there is a new bundle
    record Outcome(Comparison gained, Comparison kept, boolean written) {}

    /// @param evaluation of speakers that neither the old bundle nor the new records know
    /// @param into folder of the new bundle, which is made
    /// @param acceptWorse whether it is written even if a measure is worse on the old evaluation set
    /// @throws InvalidInputException if records are not of this bundle, or a speaker stands on both sides
    Outcome run(EmbeddingSource labelled, EmbeddingSource evaluation, Path into, boolean acceptWorse) {
        try (ModelBundle bundle = ModelBundle.open(from);
                NDManager manager = NDManager.newBaseManager();
                Weights weights = Weights.create(manager)) {
            BundleManifest manifest = bundle.manifest();
            List<LabelledEmbedding> records = checked(labelled, manifest);
            List<LabelledEmbedding> old = checked(evaluation, manifest);
            Set<String> heldOut = heldOut(records, labelled);
            refuseShared(records, old, labelled, evaluation);
            List<LabelledEmbedding> learned = part(records, heldOut, false);
            List<LabelledEmbedding> unseen = part(records, heldOut, true);
            HeadAdapter.addTo(weights, manifest.audioEncoder().dim(), spec.hidden(), new SplittableRandom(spec.seed()));
            new HeadTraining(
                            spec,
                            learned,
                            bundle.textEncoder()::encode,
                            manifest.temperature(),
                            bundle.calibration().references())
                    .run(weights, manager, progress);
            Comparison gained = compare(unseen, weights, bundle, manager);
            Comparison kept = compare(old, weights, bundle, manager);
            boolean write = acceptWorse || kept.worse().isEmpty();
            if (write) {
                List<LabelledEmbedding> oldAgain = again(old, weights, manager, manifest);
                new RetrainedBundle(from, bundle.manifest(), spec.seed())
                        .write(
                                into,
                                weights,
                                calibration(bundle, both(old, unseen), weights, manager),
                                temperature(bundle, both(oldAgain, again(unseen, weights, manager, manifest)), records),
                                learned,
                                gained,
                                kept);
                EvaluationSet.write(into, oldAgain);
            }
            return new Outcome(gained, kept, write);
        }
    }

    private static List<LabelledEmbedding> checked(EmbeddingSource source, BundleManifest manifest) {
        String model = manifest.name() + " " + manifest.version();
        int dim = manifest.audioEncoder().dim();
        List<LabelledEmbedding> records = source.read();
        for (LabelledEmbedding one : records) {
            if (!one.model().equals(model)) {
                throw new InvalidInputException(one.label().path() + ": model must be '" + model
                        + "', the bundle that is retrained: '" + one.model() + "'");
            }
            if (one.embedding().dim() != dim) {
                throw new InvalidInputException(one.label().path() + ": embedding must have " + dim + " values: "
                        + one.embedding().dim());
            }
        }
        return records;
    }

    private static String speaker(LabelledEmbedding one) {
        return one.label().corpus() + "/" + one.label().speaker();
    }

    private Set<String> heldOut(List<LabelledEmbedding> records, EmbeddingSource source) {
        List<String> speakers = new ArrayList<>(
                new TreeSet<>(records.stream().map(Retraining::speaker).toList()));
        int count = Math.max(1, (int) Math.round(speakers.size() * spec.heldOutShare()));
        if (speakers.size() - count < 1) {
            throw new InvalidInputException(source.name() + " must hold records of at least two speakers, one to learn"
                    + " from and one to see what it gains: " + speakers);
        }
        SplittableRandom random = new SplittableRandom(spec.seed());
        Set<String> heldOut = new TreeSet<>();
        while (heldOut.size() < count) {
            heldOut.add(speakers.remove(random.nextInt(speakers.size())));
        }
        return heldOut;
    }

    private static void refuseShared(
            List<LabelledEmbedding> records,
            List<LabelledEmbedding> old,
            EmbeddingSource labelled,
            EmbeddingSource evaluation) {
        Set<String> shared =
                new TreeSet<>(records.stream().map(Retraining::speaker).toList());
        shared.retainAll(old.stream().map(Retraining::speaker).collect(Collectors.toSet()));
        if (!shared.isEmpty()) {
            throw new InvalidInputException(labelled.name() + " and " + evaluation.name() + " must not share speakers: "
                    + shared.stream().limit(NAMED).toList() + (shared.size() > NAMED ? " and others" : ""));
        }
    }

    private static List<LabelledEmbedding> part(List<LabelledEmbedding> records, Set<String> speakers, boolean inside) {
        return records.stream()
                .filter(one -> speakers.contains(speaker(one)) == inside)
                .toList();
    }

    private static Comparison compare(
            List<LabelledEmbedding> records, Weights weights, ModelBundle bundle, NDManager manager) {
        return Comparison.of(
                records.stream().map(LabelledEmbedding::label).toList(),
                records.stream()
                        .map(one -> new Said(one.embedding(), one.valence(), one.arousal()))
                        .toList(),
                HeadTraining.said(records, weights, manager),
                bundle.textEncoder()::encode,
                bundle.manifest().temperature());
    }

    /// The same windows as the new bundle hears them: its own old evaluation set.
    private static List<LabelledEmbedding> again(
            List<LabelledEmbedding> records, Weights weights, NDManager manager, BundleManifest manifest) {
        String model = manifest.name() + " " + RetrainedBundle.next(manifest.version());
        List<Said> said = HeadTraining.said(records, weights, manager);
        List<LabelledEmbedding> again = new ArrayList<>();
        for (int i = 0; i < said.size(); i++) {
            LabelledEmbedding before = records.get(i);
            Said now = said.get(i);
            again.add(new LabelledEmbedding(
                    before.label(), now.embedding(), now.valence(), now.arousal(), before.weight(), model));
        }
        return again;
    }

    private static List<LabelledEmbedding> both(List<LabelledEmbedding> some, List<LabelledEmbedding> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    /// Fitted anew on everybody who was not learned from, as the intervals are: the change behind the encoder makes
    /// cosines larger or smaller. Whoever brings labels of their own brings a corpus, which counts as much as any.
    private static Optional<TemperatureFit> temperature(
            ModelBundle bundle, List<LabelledEmbedding> unseen, List<LabelledEmbedding> records) {
        return TemperatureFit.of(
                unseen,
                both(unseen, records).stream().map(LabelledEmbedding::label).toList(),
                bundle.textEncoder()::encode,
                bundle.manifest().probabilityTemperature());
    }

    /// Reference embeddings are those of the old bundle, brought along; the intervals are measured anew on everybody
    /// who was not learned from. Where no label says a dimension, its interval stays as it was.
    private Calibration calibration(
            ModelBundle bundle, List<LabelledEmbedding> unseen, Weights weights, NDManager manager) {
        Calibration old = bundle.calibration();
        List<LabelledEmbedding> valence = unseen.stream()
                .filter(one -> Corpus.place(one.label()).hasValence())
                .toList();
        List<LabelledEmbedding> arousal = unseen.stream()
                .filter(one -> Corpus.place(one.label()).hasArousal())
                .toList();
        return Calibration.of(
                HeadTraining.changed(old.references(), weights, manager),
                old.coverage(),
                valence.isEmpty()
                        ? old.valenceHalfWidth()
                        : halfWidth(valence, Place::valence, Said::valence, old.coverage(), weights, manager),
                arousal.isEmpty()
                        ? old.arousalHalfWidth()
                        : halfWidth(arousal, Place::arousal, Said::arousal, old.coverage(), weights, manager),
                old.minStrength());
    }

    /// Of one dimension, by as many windows of each speaker.
    private double halfWidth(
            List<LabelledEmbedding> labelled,
            ToDoubleFunction<Place> label,
            ToDoubleFunction<Said> estimate,
            double coverage,
            Weights weights,
            NDManager manager) {
        Map<String, List<LabelledEmbedding>> bySpeaker = new TreeMap<>();
        labelled.forEach(one ->
                bySpeaker.computeIfAbsent(speaker(one), _ -> new ArrayList<>()).add(one));
        int each = Math.max(1, labelled.size() / bySpeaker.size());
        SplittableRandom random = new SplittableRandom(spec.seed());
        List<LabelledEmbedding> drawn = new ArrayList<>();
        for (List<LabelledEmbedding> own : bySpeaker.values()) {
            for (int i = 0; i < each; i++) {
                drawn.add(own.get(random.nextInt(own.size())));
            }
        }
        List<Said> said = HeadTraining.said(drawn, weights, manager);
        double[] residuals = new double[drawn.size()];
        for (int i = 0; i < residuals.length; i++) {
            double wanted = label.applyAsDouble(Corpus.place(drawn.get(i).label()));
            residuals[i] = Math.abs(estimate.applyAsDouble(said.get(i)) - wanted);
        }
        return Residuals.halfWidth(residuals, bySpeaker.size(), coverage);
    }
}
