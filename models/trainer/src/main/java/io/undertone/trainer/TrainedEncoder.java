package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest;
import io.undertone.model.ModelBundle;
import io.undertone.trainer.bundle.BundleWeights;
import io.undertone.trainer.evaluation.HeardSpeakers;
import io.undertone.trainer.network.Networks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An encoder that is done, with the configuration that it was trained by: of a run, or of a bundle. Immutable.
sealed interface TrainedEncoder {

    /// For the table.
    String name();

    TrainConfig config();

    /// Whether the head of the categories is there too: it is not part of a bundle.
    boolean hasClasses();

    /// Puts its weights into networks of its configuration.
    ///
    /// @throws InvalidInputException if they do not fit, or if it kept other speakers for tests than `data` does
    void into(Networks networks, TrainingData data);

    /// As it was before the joint stage; nothing where there was none, or nobody kept it.
    Optional<TrainedEncoder> beforeJoint();

    /// @param run folder of a run whose first stage is done
    static TrainedEncoder ofRun(Path run) {
        if (!Files.isRegularFile(run.resolve("config.yaml"))) {
            throw new InvalidInputException(run + " is not a run folder: it has no config.yaml");
        }
        return new OfRun(run, TrainConfig.read(run.resolve("config.yaml")).withoutTeacher(), RunFolder.CHECKPOINT);
    }

    /// @param config that the bundle was trained by
    static TrainedEncoder ofBundle(Path bundle, Path config) {
        return new OfBundle(bundle, TrainConfig.read(config).withoutTeacher());
    }

    /// A checkpoint of a run.
    record OfRun(Path run, TrainConfig config, String checkpoint) implements TrainedEncoder {

        @Override
        public String name() {
            return String.valueOf(run.toAbsolutePath().normalize().getFileName());
        }

        @Override
        public boolean hasClasses() {
            return true;
        }

        @Override
        public Optional<TrainedEncoder> beforeJoint() {
            boolean joint = Files.exists(run.resolve(RunFolder.ALIGNED))
                    && Checkpoint.read(run.resolve(checkpoint)).stage() == 3;
            return joint ? Optional.of(new OfRun(run, config, RunFolder.ALIGNED)) : Optional.empty();
        }

        @Override
        public void into(Networks networks, TrainingData data) {
            Path file = run.resolve(checkpoint);
            if (!Files.exists(file)) {
                throw new InvalidInputException(run + " has no " + checkpoint + ": the run's first stage must be done");
            }
            Checkpoint last = Checkpoint.read(file);
            if (last.stage() < 2) {
                throw new InvalidInputException(run + " must be past its first stage: its checkpoint is of stage "
                        + last.stage() + ", epoch " + last.epoch());
            }
            Map<String, float[]> weights = new LinkedHashMap<>(last.kept());
            weights.keySet().retainAll(networks.weights().names()); // the teacher's head is not needed
            networks.weights().restore(weights);
        }
    }

    /// The graphs of a bundle.
    record OfBundle(Path bundle, TrainConfig config) implements TrainedEncoder {

        @Override
        public String name() {
            BundleManifest manifest = manifest();
            return manifest.name() + " " + manifest.version();
        }

        @Override
        public Optional<TrainedEncoder> beforeJoint() {
            return Optional.empty();
        }

        private BundleManifest manifest() {
            try (ModelBundle opened = ModelBundle.open(bundle)) {
                return opened.manifest();
            }
        }

        @Override
        public boolean hasClasses() {
            return false;
        }

        @Override
        public void into(Networks networks, TrainingData data) {
            BundleManifest manifest = manifest();
            Object kept = manifest.training().getOrDefault(HeardSpeakers.TEST_SPEAKERS, List.of());
            if (!(kept instanceof List<?> speakers)
                    || !Set.copyOf(speakers).equals(Set.copyOf(data.split().test()))) {
                throw new InvalidInputException(name() + " kept other speakers for tests than this configuration and"
                        + " corpus give: " + kept + ", here " + data.split().test());
            }
            Map<String, float[]> weights = BundleWeights.read(bundle, manifest);
            Set<String> missing = new TreeSet<>(networks.weights().trainableNames());
            missing.removeAll(weights.keySet());
            missing.removeIf(name -> name.startsWith("classes") || name.equals(Networks.LOG_TEMPERATURE));
            if (!missing.isEmpty()) {
                throw new InvalidInputException(
                        name() + " was not written by this configuration: its graphs lack " + missing);
            }
            try {
                weights.forEach(networks.weights()::set);
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException(
                        name() + " was not written by this configuration: " + e.getMessage(), e);
            }
        }
    }
}
