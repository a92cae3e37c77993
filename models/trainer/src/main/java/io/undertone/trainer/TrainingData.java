package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Augmentation;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Split;
import io.undertone.trainer.corpus.TextVectors;
import io.undertone.trainer.distillation.DistillationSpec;
import io.undertone.trainer.distillation.TeacherFrames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the stages learn from: the clips of both sides, their classes, places and captions. Immutable.
///
/// @param train clips that are learned from
/// @param calibration clips of speakers that are not
/// @param classes categories of the training corpora, sorted; none if all clips are rated only
/// @param captions texts of each clip of `train`; clips of equal labels share a list, and one without a place in the
///     plane has none
/// @param vectors sentence vectors of all those texts
/// @param sentences rated by readers; none if the run uses none
/// @param teacher frames of a larger network for each clip of `train`, if the run distils one
record TrainingData(
        Corpus corpus,
        Split split,
        List<Clip> train,
        List<Clip> calibration,
        List<String> classes,
        List<List<String>> captions,
        TextVectors vectors,
        Augmentation augmentation,
        Optional<TeacherFrames> teacher,
        Sentences sentences) {

    static TrainingData prepare(TrainConfig config, Path root, Path cache, Progress progress) {
        Corpus corpus = Corpus.open(
                root,
                config.data().corpora(),
                config.data().noise(),
                config.data().clipsPerSpeaker(),
                config.seed(),
                cache,
                progress);
        Split split = Split.bySpeaker(
                corpus.clips(), config.data().calibrationShare(), config.data().testShare(), config.seed());
        if (split.train().isEmpty()
                || split.calibration().isEmpty()
                || split.test().isEmpty()) {
            throw new InvalidInputException("the speakers of " + root + " do not suffice for all sides: "
                    + split.train().size() + " to learn from, "
                    + split.calibration().size() + " to calibrate, "
                    + split.test().size() + " to test; a corpus needs at least three");
        }
        List<Clip> train = Split.of(corpus.clips(), split.train());
        List<Clip> calibration = Split.of(corpus.clips(), split.calibration());
        requireBothDimensions(train, calibration, root);
        List<List<String>> captions = captions(train, config);
        Set<String> texts = new LinkedHashSet<>();
        captions.forEach(texts::addAll);
        return new TrainingData(
                corpus,
                split,
                train,
                calibration,
                List.copyOf(new TreeSet<>(train.stream()
                        .map(Clip::emotion)
                        .filter(emotion -> !emotion.isEmpty())
                        .toList())),
                captions,
                TextVectors.of(List.copyOf(texts), cache, progress),
                new Augmentation(
                        config.augmentation(),
                        corpus.audio(),
                        corpus.noises(),
                        train.stream().map(Clip::path).toList(),
                        config.window().windowSamples()),
                teacher(config.distillation(), corpus, train, cache, progress),
                Sentences.open(config.alignment().sentences(), root, cache, progress));
    }

    /// Captions and their ranking need clips that have both dimensions, and either interval needs clips that have its
    /// own: said before anything is learned.
    private static void requireBothDimensions(List<Clip> train, List<Clip> calibration, Path root) {
        long whole = train.stream().filter(clip -> Corpus.place(clip).isWhole()).count();
        long valence = calibration.stream()
                .filter(clip -> Corpus.place(clip).hasValence())
                .count();
        long arousal = calibration.stream()
                .filter(clip -> Corpus.place(clip).hasArousal())
                .count();
        if (whole < 2 || valence == 0 || arousal == 0) {
            throw new InvalidInputException("the labels of " + root + " do not suffice: of " + train.size()
                    + " clips to learn from " + whole
                    + " have valence and arousal, rated or by their category (at least"
                    + " 2 are needed), of " + calibration.size() + " to calibrate " + valence + " have valence and "
                    + arousal + " arousal (at least 1)");
        }
    }

    private static Optional<TeacherFrames> teacher(
            DistillationSpec spec, Corpus corpus, List<Clip> clips, Path cache, Progress progress) {
        if (!spec.enabled()) {
            return Optional.empty();
        }
        List<String> paths = clips.stream().map(Clip::path).toList();
        return Optional.of(TeacherFrames.open(spec, paths, corpus.audio(), cache, progress));
    }

    private static List<List<String>> captions(List<Clip> clips, TrainConfig config) {
        Map<String, List<String>> byLabel = new LinkedHashMap<>();
        List<List<String>> captions = new ArrayList<>();
        for (Clip clip : clips) {
            if (!Corpus.place(clip).isWhole()) {
                captions.add(List.of());
                continue;
            }
            if (clip.caption() != null) {
                captions.add(List.of(clip.caption()));
                continue;
            }
            Affect place = rounded(Corpus.place(clip).whole());
            String label = clip.emotion() + "/" + clip.intensity() + "/" + place;
            captions.add(byLabel.computeIfAbsent(
                    label,
                    _ -> Captions.training(
                            clip.emotion(),
                            clip.intensity(),
                            place,
                            config.data().captionsPerLabel(),
                            config.seed())));
        }
        return captions;
    }

    /// Rated clips nearer than this share their captions, so that there are not as many texts as clips.
    private static Affect rounded(Affect place) {
        return new Affect(Math.round(place.valence() * 20) / 20.0, Math.round(place.arousal() * 20) / 20.0);
    }

    /// Length of the teacher's frames; 0 without a teacher.
    int teacherDim() {
        return teacher.map(TeacherFrames::dim).orElse(0);
    }

    /// Outputs of the supervised head: one for each category, and one that means nothing where there is none.
    int classOutputs() {
        return Math.max(1, classes.size());
    }

    /// `[classOutputs]`: which categories the training clips of a corpus have.
    boolean[] classesOf(String corpus) {
        boolean[] there = new boolean[classOutputs()];
        for (Clip clip : train) {
            if (clip.corpus().equals(corpus) && isNamed(clip)) {
                there[classOf(clip)] = true;
            }
        }
        return there;
    }

    /// Whether its category, if it has one, is one of the training corpora.
    boolean isNamed(Clip clip) {
        return classOf(clip) >= 0;
    }

    /// -1 for a clip without a category of the training corpora.
    int classOf(Clip clip) {
        return classes.indexOf(clip.emotion());
    }
}
