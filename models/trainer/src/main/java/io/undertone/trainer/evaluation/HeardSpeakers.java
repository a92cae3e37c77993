package io.undertone.trainer.evaluation;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.retraining.EmbeddingFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whom a bundle has heard, by the `training` block of its manifest: the speakers that it learned from, and those that
/// calibrate it, since its intervals and the choice of its epochs come from them. Everybody else is unheard, also in a
/// corpus that it learned from. A speaker is told by corpus and id. Immutable.
///
/// Bundles from before [#LEARNED_SPEAKERS] do not say whom they learned from: of their corpora only the speakers count
/// as unheard that were kept for tests.
public final class HeardSpeakers {

    /// Key of the `training` block: names of the corpora that were learned from.
    public static final String CORPORA = "corpora";

    /// Key of the `training` block: an object with all speakers that were learned from for each corpus.
    public static final String LEARNED_SPEAKERS = "learnedSpeakers";

    /// Key of the `training` block: a list of speakers.
    public static final String CALIBRATION_SPEAKERS = "calibrationSpeakers";

    /// Key of the `training` block: a list of speakers.
    public static final String TEST_SPEAKERS = "testSpeakers";

    private static final Logger LOG = LoggerFactory.getLogger(HeardSpeakers.class);

    private final String bundle;
    private final Set<String> corpora;
    private final Map<String, Set<String>> learned;
    private final Set<String> calibration;
    private final Set<String> test;

    private HeardSpeakers(
            String bundle,
            Set<String> corpora,
            Map<String, Set<String>> learned,
            Set<String> calibration,
            Set<String> test) {
        this.bundle = bundle;
        this.corpora = corpora;
        this.learned = learned;
        this.calibration = calibration;
        this.test = test;
    }

    /// @throws InvalidInputException if the manifest has the speakers that were learned from, but not by corpus
    public static HeardSpeakers of(BundleManifest manifest) {
        return of(manifest.name() + " " + manifest.version(), manifest.training());
    }

    /// @param bundle named in messages
    static HeardSpeakers of(String bundle, Map<String, Object> training) {
        return new HeardSpeakers(
                bundle,
                strings(training.get(CORPORA)),
                learned(bundle, training.get(LEARNED_SPEAKERS)),
                strings(training.get(CALIBRATION_SPEAKERS)),
                strings(training.get(TEST_SPEAKERS)));
    }

    private static Map<String, Set<String>> learned(String bundle, @Nullable Object value) {
        Map<String, Set<String>> learned = new LinkedHashMap<>();
        if (value == null) {
            return learned;
        }
        if (!(value instanceof Map<?, ?> byCorpus)
                || !byCorpus.values().stream().allMatch(speakers -> speakers instanceof List)) {
            throw new InvalidInputException("training." + LEARNED_SPEAKERS + " in the manifest of " + bundle
                    + " must hold a list of speakers for each corpus: " + value);
        }
        byCorpus.forEach((corpus, speakers) -> learned.put(String.valueOf(corpus), strings(speakers)));
        return learned;
    }

    private static Set<String> strings(@Nullable Object list) {
        Set<String> values = new TreeSet<>();
        if (list instanceof List<?> entries) {
            entries.forEach(entry -> values.add(String.valueOf(entry)));
        }
        return values;
    }

    /// What [#LEARNED_SPEAKERS] of a new bundle holds.
    ///
    /// @param corpora that it learned from, each with an entry
    /// @param clips that it learned from
    public static Map<String, List<String>> learnedFrom(List<String> corpora, List<Clip> clips) {
        Map<String, Set<String>> learned = new LinkedHashMap<>();
        corpora.forEach(corpus -> learned.put(corpus, new TreeSet<>()));
        add(clips, learned);
        return lists(learned);
    }

    /// What [#LEARNED_SPEAKERS] holds after these clips were learned from too. A corpus of which the bundle does not
    /// say whom it learned from gets no entry, which would be taken for all of them. Nor do live calls: nobody
    /// measures on their ids, and an erased call should not live on in a bundle.
    public Map<String, List<String>> learnedAlso(List<Clip> clips) {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        learned.forEach((corpus, speakers) -> all.put(corpus, new TreeSet<>(speakers)));
        add(
                clips.stream()
                        .filter(clip -> learned.containsKey(clip.corpus()) || !corpora.contains(clip.corpus()))
                        .filter(clip -> !clip.corpus().equals(EmbeddingFile.LIVE_CALLS))
                        .toList(),
                all);
        return lists(all);
    }

    private static void add(List<Clip> clips, Map<String, Set<String>> into) {
        clips.forEach(clip ->
                into.computeIfAbsent(clip.corpus(), _ -> new TreeSet<>()).add(clip.speaker()));
    }

    private static Map<String, List<String>> lists(Map<String, Set<String>> speakers) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        speakers.forEach((corpus, own) -> lists.put(corpus, List.copyOf(own)));
        return lists;
    }

    /// Whether the bundle learned from this corpus, from whichever speakers.
    boolean knows(String corpus) {
        return corpora.contains(corpus) || learned.containsKey(corpus);
    }

    boolean heard(String corpus, String speaker) {
        if (!knows(corpus)) {
            return false;
        }
        Set<String> own = learned.get(corpus);
        return own == null ? !test.contains(speaker) : own.contains(speaker) || calibration.contains(speaker);
    }

    /// Those clips whose speakers the bundle has not heard.
    public List<Clip> unheard(List<Clip> clips) {
        return clips.stream()
                .filter(clip -> !heard(clip.corpus(), clip.speaker()))
                .toList();
    }

    /// Those clips of the corpora it learned from whose speakers calibrate it.
    List<Clip> calibrating(List<Clip> clips) {
        return clips.stream()
                .filter(clip -> knows(clip.corpus()) && calibration.contains(clip.speaker()))
                .toList();
    }

    /// Those clips whose speakers the bundle has not heard, for whoever measures on them; the log says how many were
    /// left out.
    ///
    /// @throws InvalidInputException naming corpora and counts, if nobody is left
    public List<Clip> measurable(List<Clip> clips) {
        Map<String, Set<String>> speakers = new TreeMap<>();
        add(clips, speakers);
        List<String> counts = new ArrayList<>();
        speakers.forEach((corpus, own) -> {
            if (knows(corpus)) {
                counts.add(counts(corpus, own));
                warnOfStrangers(corpus, own);
            }
        });
        List<Clip> unheard = unheard(clips);
        if (unheard.isEmpty()) {
            throw new InvalidInputException("nothing is left to measure, nobody here counts as unheard by " + bundle
                    + ": " + String.join("; ", counts));
        }
        counts.forEach(LOG::info);
        return unheard;
    }

    private String counts(String corpus, Set<String> speakers) {
        Set<String> own = learned.get(corpus);
        String heard = own == null
                ? count(speakers, test) + " were kept for tests, and no others count: the manifest has no training."
                        + LEARNED_SPEAKERS + "." + corpus
                : count(speakers, own) + " were learned from and " + count(speakers, calibration) + " calibrated on";
        return "of " + speakers.size() + " speakers of corpus '" + corpus + "' " + heard;
    }

    private void warnOfStrangers(String corpus, Set<String> speakers) {
        Set<String> own = learned.getOrDefault(corpus, Set.of());
        if (!own.isEmpty() && count(speakers, own) == 0) {
            LOG.warn(
                    "{} learned from {} speakers of '{}', and none of them is here: ids must be those of its training,"
                            + " such as '{}', or whom it learned from is taken for unheard",
                    bundle,
                    own.size(),
                    corpus,
                    own.iterator().next());
        }
    }

    private static long count(Collection<String> speakers, Set<String> among) {
        return speakers.stream().filter(among::contains).count();
    }
}
