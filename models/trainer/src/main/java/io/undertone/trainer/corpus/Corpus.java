package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The clips of some corpora with their audio and their places in the plane. Immutable.
///
/// @param clips in the order of the labels file
/// @param audio decoded, of all clips and of the noises
/// @param noises paths in `audio`
public record Corpus(List<Clip> clips, AudioCache audio, List<String> noises) {

    private static final Logger LOG = LoggerFactory.getLogger(Corpus.class);
    private static final int SHORTEST_SAMPLES = AudioCache.SAMPLE_RATE_HZ / 5;

    public Corpus {
        clips = List.copyOf(clips);
        noises = List.copyOf(noises);
    }

    /// Reads labels, keeps the clips of these corpora, and decodes what is not yet in the cache.
    ///
    /// @param names corpora wanted; empty for all in the labels file
    /// @param noise folder or tar of noises; empty for none
    /// @param clipsPerSpeaker more are left out, by the seed
    /// @throws InvalidInputException if a corpus has no clips or none that can be used, or a category is not in the
    /// table and has no rating
    public static Corpus open(
            Path root,
            List<String> names,
            String noise,
            int clipsPerSpeaker,
            long seed,
            Path cache,
            Progress progress) {
        List<Clip> all = LabelsFile.read(root);
        Set<String> wanted = new LinkedHashSet<>(
                names.isEmpty() ? all.stream().map(Clip::corpus).toList() : names);
        List<Clip> clips =
                all.stream().filter(clip -> wanted.contains(clip.corpus())).toList();
        for (String name : wanted) {
            if (clips.stream().noneMatch(clip -> clip.corpus().equals(name))) {
                throw new InvalidInputException("corpus '" + name + "' has no clip in " + root.resolve("labels.csv"));
            }
        }
        refuseUnknown(clips, root);
        List<Clip> kept = thinned(clips, clipsPerSpeaker, seed);
        Set<String> folders = new LinkedHashSet<>();
        kept.forEach(clip -> folders.add(firstFolder(clip.path())));
        if (!noise.isEmpty()) {
            folders.add(noise);
        }
        CorpusFiles files = CorpusFiles.open(root, List.copyOf(folders), cache);
        List<String> noises = noise.isEmpty() ? List.of() : files.list(noise);
        List<String> paths =
                Stream.concat(kept.stream().map(Clip::path), noises.stream()).toList();
        AudioCache audio = AudioCache.open(files, paths, cache, progress);
        List<Clip> usable = usable(kept, audio, audio.recordings(progress));
        if (usable.isEmpty()) {
            throw new InvalidInputException("none of the " + kept.size() + " clips of " + wanted + " in " + root
                    + " can be used: unreadable, shorter than " + SHORTEST_SAMPLES
                    + " samples, or one recording with different labels");
        }
        return new Corpus(
                usable,
                audio,
                noises.stream()
                        .filter(path -> audio.length(path) >= SHORTEST_SAMPLES)
                        .toList());
    }

    private static void refuseUnknown(List<Clip> clips, Path root) {
        Map<String, Integer> unknown = new TreeMap<>();
        clips.stream()
                .filter(clip -> EmotionTable.place(clip).isUnknown())
                .forEach(clip -> unknown.merge(clip.emotion(), 1, Integer::sum));
        if (!unknown.isEmpty()) {
            throw new InvalidInputException("rows of " + root.resolve("labels.csv") + " must have valence or arousal,"
                    + " or an emotion of " + EmotionTable.categories() + " or a synonym of one; not known, and in how"
                    + " many rows: " + unknown);
        }
    }

    /// Leaves out what cannot be read, what is too short, and what was there before, bit by bit or encoded apart: a
    /// recording that stands under two speakers could otherwise be learned from and tested on. Where the labels of
    /// one recording differ, none of its clips is kept.
    ///
    /// @param recordings of [AudioCache#recordings]
    private static List<Clip> usable(List<Clip> clips, AudioCache audio, Map<String, String> recordings) {
        Map<String, Clip> first = new LinkedHashMap<>();
        Set<String> doubtful = new LinkedHashSet<>();
        List<Clip> readable = clips.stream()
                .filter(clip -> audio.length(clip.path()) >= SHORTEST_SAMPLES)
                .toList();
        for (Clip clip : readable) {
            String recording = audio.digest(recordings.getOrDefault(clip.path(), clip.path()));
            Clip before = first.putIfAbsent(recording, clip);
            if (before != null) {
                boolean alike = before.emotion().equals(clip.emotion());
                LOG.info("{} holds the recording of {}{}", clip.path(), before.path(), alike ? "" : ": none is kept");
                if (!alike) {
                    doubtful.add(recording);
                }
            }
        }
        List<Clip> kept = first.entrySet().stream()
                .filter(entry -> !doubtful.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (kept.size() < clips.size()) {
            LOG.info(
                    "left out {} of {} clips: {} unreadable or shorter than {} samples, the others for equal audio",
                    clips.size() - kept.size(),
                    clips.size(),
                    clips.size() - readable.size(),
                    SHORTEST_SAMPLES);
        }
        return kept;
    }

    private static String firstFolder(String path) {
        return path.contains("/") ? path.substring(0, path.indexOf('/')) : path;
    }

    private static List<Clip> thinned(List<Clip> clips, int clipsPerSpeaker, long seed) {
        Map<String, List<Clip>> bySpeaker = new LinkedHashMap<>();
        clips.forEach(clip -> bySpeaker
                .computeIfAbsent(clip.speaker(), _ -> new ArrayList<>())
                .add(clip));
        Set<String> kept = new LinkedHashSet<>();
        bySpeaker.forEach((speaker, own) -> {
            SplittableRandom random = new SplittableRandom(seed ^ speaker.hashCode());
            List<Clip> rest = new ArrayList<>(own);
            for (int i = 0; i < clipsPerSpeaker && !rest.isEmpty(); i++) {
                kept.add(rest.remove(random.nextInt(rest.size())).path());
            }
        });
        return clips.stream().filter(clip -> kept.contains(clip.path())).toList();
    }

    /// Where a clip stands, each dimension for itself: as rated, else where its category (of its intensity) stands.
    /// One dimension is always known, which was checked when the corpus was opened; the other may be missing where
    /// somebody rated one alone and there is no category of the table beside it. Of such a clip all that is learned
    /// and measured concerns the dimension that is known; it has no place in the plane, so it is not ranked (stage
    /// 2).
    public static Place place(Clip clip) {
        return EmotionTable.place(clip);
    }

    /// The same audio with fewer clips.
    public Corpus with(List<Clip> some) {
        return new Corpus(some, audio, noises);
    }
}
