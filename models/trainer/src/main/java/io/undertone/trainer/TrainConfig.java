package io.undertone.trainer;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.OptBoolean;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundlePrompt;
import io.undertone.trainer.corpus.AugmentationSpec;
import io.undertone.trainer.corpus.RatedSentences;
import io.undertone.trainer.distillation.DistillationSpec;
import io.undertone.trainer.loss.AlignmentLoss;
import io.undertone.trainer.loss.AlignmentLoss.Anchors;
import io.undertone.trainer.loss.AlignmentLoss.Objective;
import io.undertone.trainer.loss.LabelDistance;
import io.undertone.trainer.loss.Temperature;
import io.undertone.trainer.loss.Ties;
import io.undertone.trainer.network.AudioSpec;
import io.undertone.trainer.network.EncoderSpec;
import io.undertone.trainer.network.LogMel;
import io.undertone.trainer.network.Weights;
import io.undertone.window.WindowSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Everything that decides what a run gives, read from one YAML file. Every key must be there and no other may
/// be: the file holds each value's reason beside it. Only the block `joint` may be missing, as it is in older files.
///
/// @param seed of the split, the start values, sampling and augmentation
public record TrainConfig(
        String name,
        String version,
        String licence,
        long seed,
        Data data,
        WindowSpec window,
        AudioSpec encoder,
        AugmentationSpec augmentation,
        DistillationSpec distillation,
        Supervised supervised,
        Alignment alignment,
        @JacksonInject(useInput = OptBoolean.TRUE) Joint joint,
        CalibrationSpec calibration,
        List<BundlePrompt> prompts) {

    private static final StrictYaml YAML = StrictYaml.EVERY_KEY.withDefault(Joint.class, Joint.NONE);

    public TrainConfig {
        prompts = List.copyOf(prompts);
        require(!name.isBlank(), "name", "not be blank", name);
        require(
                window.sampleRateHz() == LogMel.SAMPLE_RATE_HZ,
                "sample-rate-hz of window",
                "be " + LogMel.SAMPLE_RATE_HZ,
                window.sampleRateHz());
        require(
                encoder instanceof EncoderSpec || !distillation.enabled(),
                "teacher of distillation",
                "be empty for a frozen tower, whose frames are not learned",
                distillation.teacher());
        require(
                encoder instanceof EncoderSpec || joint.epochs() == 0,
                "epochs of joint",
                "be 0 for a frozen tower, which does not learn",
                joint.epochs());
        require(!prompts.isEmpty(), "prompts", "hold at least one prompt", prompts);
    }

    /// @param corpora learned from, by the name of their folder or tar file under the corpus root
    /// @param heldOutCorpora never learned from: the honest test
    /// @param noise folder or tar file of noises to mix in; empty for none
    /// @param corpusWeights share of each corpus in the windows; 1 where not named
    /// @param calibrationShare of each corpus' speakers
    /// @param testShare of each corpus' speakers
    /// @param clipsPerSpeaker at most so many clips of a speaker are used, drawn by the seed; for quick runs
    /// @param captionsPerLabel distinct texts for each category and intensity
    public record Data(
            List<String> corpora,
            List<String> heldOutCorpora,
            String noise,
            Map<String, Double> corpusWeights,
            double calibrationShare,
            double testShare,
            int clipsPerSpeaker,
            int captionsPerLabel) {

        public Data {
            corpora = List.copyOf(corpora);
            heldOutCorpora = List.copyOf(heldOutCorpora);
            corpusWeights = Map.copyOf(corpusWeights);
            require(!corpora.isEmpty(), "corpora", "name at least one corpus", corpora);
            require(
                    calibrationShare > 0 && calibrationShare < 1,
                    "calibration-share",
                    "be in (0, 1)",
                    calibrationShare);
            require(
                    testShare > 0 && testShare + calibrationShare < 1,
                    "test-share",
                    "leave speakers to train",
                    testShare);
            require(clipsPerSpeaker > 0, "clips-per-speaker", "be positive", clipsPerSpeaker);
            require(captionsPerLabel > 0, "captions-per-label", "be positive", captionsPerLabel);
        }
    }

    /// Stage 1: classes by cross-entropy, valence and arousal by concordance.
    ///
    /// @param affectWeight of the concordance loss beside the cross-entropy
    /// @param dropout share of features hidden from the heads
    /// @param labelSmoothing share of the target spread over all classes of the corpus
    /// @param warmUp share of all steps over which the learning rate rises; then it falls as a cosine
    /// @param maxGradient longer gradients are scaled down to this
    /// @param patience epochs without a better score on the calibration speakers after which the stage ends and its
    ///     best epoch is kept; 0: every epoch is run and the last one kept
    public record Supervised(
            int epochs,
            int windowsPerEpoch,
            int batch,
            double learningRate,
            double weightDecay,
            double warmUp,
            double affectWeight,
            double dropout,
            double labelSmoothing,
            double maxGradient,
            int patience) {

        public Supervised {
            require(epochs > 0, "epochs", "be positive", epochs);
            require(batch > 1, "batch", "be at least 2", batch);
            require(windowsPerEpoch >= batch, "windows-per-epoch", "be at least the batch " + batch, windowsPerEpoch);
            require(learningRate > 0, "learning-rate", "be positive", learningRate);
            require(dropout >= 0 && dropout < 1, "dropout", "be in [0, 1)", dropout);
            require(labelSmoothing >= 0 && labelSmoothing < 1, "label-smoothing", "be in [0, 1)", labelSmoothing);
            require(warmUp >= 0 && warmUp < 1, "warm-up", "be in [0, 1)", warmUp);
            require(patience >= 0, "patience", "not be negative", patience);
        }
    }

    /// Stage 2: both projections on frozen features.
    ///
    /// @param passes how many differently augmented windows of each clip are encoded once and learned from
    /// @param temperature divides similarities, also written to the bundle; what a learned one starts from
    /// @param learnTemperature whether the optimiser moves it, within [Temperature#LEAST] and [Temperature#MOST]
    /// @param ties which equally distant captions push each other apart
    /// @param classWeight of a supervised contrastive term that is added to the loss; 0 for none
    /// @param sentences a CSV file of rated sentences under the corpus root, see [RatedSentences]; empty for none
    /// @param sentenceBatch sentences that as many clips of each batch are ranked against
    /// @param sentenceWeight of that term
    /// @param patience as in [Supervised]
    public record Alignment(
            int epochs,
            int passes,
            int batch,
            double learningRate,
            double weightDecay,
            double temperature,
            boolean learnTemperature,
            Objective loss,
            Anchors anchors,
            LabelDistance distance,
            Ties ties,
            double classWeight,
            String sentences,
            int sentenceBatch,
            double sentenceWeight,
            int patience) {

        public Alignment {
            require(epochs > 0, "epochs", "be positive", epochs);
            require(passes > 0, "passes", "be positive", passes);
            require(batch > 1, "batch", "be at least 2", batch);
            require(learningRate > 0, "learning-rate", "be positive", learningRate);
            require(temperature >= 0.003, "temperature", "be at least 0.003", temperature);
            require(
                    !learnTemperature || (temperature >= Temperature.LEAST && temperature <= Temperature.MOST),
                    "temperature",
                    "be in [" + Temperature.LEAST + ", " + Temperature.MOST + "] to be learned",
                    temperature);
            require(classWeight >= 0, "class-weight", "not be negative", classWeight);
            require(
                    sentenceBatch > 0 && sentenceBatch <= batch,
                    "sentence-batch",
                    "be in [1, batch " + batch + "]",
                    sentenceBatch);
            require(sentenceWeight >= 0, "sentence-weight", "not be negative", sentenceWeight);
            require(patience >= 0, "patience", "not be negative", patience);
        }

        /// The same with other values of some keys.
        ///
        /// @param changes by the keys of the configuration file
        Alignment with(Map<String, ?> changes) {
            return StrictYaml.EVERY_KEY.changed(this, Alignment.class, changes);
        }

        AlignmentLoss minimised() {
            return new AlignmentLoss(loss, anchors, distance, ties, classWeight);
        }

        /// @param weights hold the learned one
        Temperature temperatureOf(Weights weights) {
            return learnTemperature ? new Temperature.Learned(weights) : new Temperature.Fixed(temperature);
        }
    }

    /// Stage 3: encoder, supervised heads and projections together. What the captions and sentences weigh stands in
    /// [Alignment], what the teacher weighs in the distillation.
    ///
    /// @param epochs 0: the run has no such stage
    /// @param warmUp share of all steps over which the learning rate rises; then it falls as a cosine
    /// @param supervisedWeight of stage 1's loss of categories, valence and arousal, beside the captions'
    /// @param patience as in [Supervised]
    public record Joint(
            int epochs,
            int windowsPerEpoch,
            int batch,
            double learningRate,
            double weightDecay,
            double warmUp,
            double supervisedWeight,
            int patience) {

        /// Of a configuration that has no such block.
        static final Joint NONE = new Joint(0, 6720, 48, 0.0003, 0.02, 0.1, 1, 0);

        public Joint {
            require(epochs >= 0, "epochs", "not be negative", epochs);
            require(batch > 1, "batch", "be at least 2", batch);
            require(windowsPerEpoch >= batch, "windows-per-epoch", "be at least the batch " + batch, windowsPerEpoch);
            require(learningRate > 0, "learning-rate", "be positive", learningRate);
            require(weightDecay >= 0, "weight-decay", "not be negative", weightDecay);
            require(warmUp >= 0 && warmUp < 1, "warm-up", "be in [0, 1)", warmUp);
            require(supervisedWeight >= 0, "supervised-weight", "not be negative", supervisedWeight);
            require(patience >= 0, "patience", "not be negative", patience);
        }

        boolean enabled() {
            return epochs > 0;
        }
    }

    /// @param windows of calibration speakers the intervals come from
    /// @param referenceWindows of them that are stored for strengths
    /// @param coverage wanted of the intervals
    /// @param minStrength written to the bundle: below it a window abstains
    public record CalibrationSpec(int windows, int referenceWindows, double coverage, double minStrength) {

        public CalibrationSpec {
            require(referenceWindows > 0, "reference-windows", "be positive", referenceWindows);
            require(
                    windows >= referenceWindows,
                    "windows",
                    "be at least reference-windows " + referenceWindows,
                    windows);
            require(coverage > 0 && coverage < 1, "coverage", "be in (0, 1)", coverage);
            require(minStrength >= 0 && minStrength < 1, "min-strength", "be in [0, 1)", minStrength);
        }
    }

    private static void require(boolean holds, String key, String rule, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must " + rule + ": " + value);
        }
    }

    /// @throws InvalidInputException naming file, key and value
    public static TrainConfig read(Path file) {
        return YAML.read(file, "configuration", TrainConfig.class);
    }

    /// @param source named in messages
    static TrainConfig parse(String yaml, String source) {
        return YAML.parse(yaml, source, TrainConfig.class);
    }

    /// The same run with another second stage and another seed.
    TrainConfig with(Alignment otherAlignment, long otherSeed) {
        return new TrainConfig(
                name,
                version,
                licence,
                otherSeed,
                data,
                window,
                encoder,
                augmentation,
                distillation,
                supervised,
                otherAlignment,
                joint,
                calibration,
                prompts);
    }

    /// The same run for who wants its encoder only, and not to hear the teacher.
    TrainConfig withoutTeacher() {
        return new TrainConfig(
                name,
                version,
                licence,
                seed,
                data,
                window,
                encoder,
                augmentation,
                distillation.disabled(),
                supervised,
                alignment,
                joint,
                calibration,
                prompts);
    }

    /// Keys of what the first two stages depend on that another configuration gives another value.
    List<String> differencesBeforeJoint(TrainConfig other) {
        Map<String, Boolean> same = new TreeMap<>();
        same.put("seed", seed == other.seed);
        same.put("data", data.equals(other.data));
        same.put("window", window.equals(other.window));
        same.put("encoder", encoder.equals(other.encoder));
        same.put("augmentation", augmentation.equals(other.augmentation));
        same.put("distillation", distillation.equals(other.distillation));
        same.put("supervised", supervised.equals(other.supervised));
        same.put("alignment", alignment.equals(other.alignment));
        same.values().removeIf(equal -> equal);
        return List.copyOf(same.keySet());
    }

    /// As YAML again, for the run folder.
    String toYaml() {
        return YAML.write(this);
    }
}
