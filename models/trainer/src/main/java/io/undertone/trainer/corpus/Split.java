package io.undertone.trainer.corpus;

import io.undertone.audio.InvalidInputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// Which speakers are learned from, which calibrate, and which are only tested on. No speaker stands on two sides.
///
/// @param train speakers whose clips are learned from
/// @param calibration speakers for the intervals and the reference embeddings
/// @param test speakers for the figures that are reported
public record Split(List<String> train, List<String> calibration, List<String> test) {

    public Split {
        train = List.copyOf(train);
        calibration = List.copyOf(calibration);
        test = List.copyOf(test);
    }

    /// Deals each corpus' speakers out by chance; a corpus of at least three speakers gives at least one to each
    /// side.
    ///
    /// @throws InvalidInputException if two corpora share a speaker's id, who might then stand on two sides
    public static Split bySpeaker(List<Clip> clips, double calibrationShare, double testShare, long seed) {
        Map<String, TreeSet<String>> byCorpus = new TreeMap<>();
        for (Clip clip : clips) {
            byCorpus.computeIfAbsent(clip.corpus(), _ -> new TreeSet<>()).add(clip.speaker());
        }
        refuseShared(byCorpus);
        Map<Integer, List<String>> sides = new LinkedHashMap<>();
        for (int side = 0; side < 3; side++) {
            sides.put(side, new ArrayList<>());
        }
        byCorpus.forEach((corpus, speakers) -> {
            List<String> shuffled = shuffled(speakers, new SplittableRandom(seed ^ corpus.hashCode()));
            int least = shuffled.size() >= 3 ? 1 : 0;
            int test = Math.max(least, (int) Math.round(shuffled.size() * testShare));
            int calibration = Math.max(least, (int) Math.round(shuffled.size() * calibrationShare));
            for (int i = 0; i < shuffled.size(); i++) {
                int side = i < test ? 2 : i < test + calibration ? 1 : 0;
                sides.getOrDefault(side, List.of()).add(shuffled.get(i));
            }
        });
        return new Split(
                sides.getOrDefault(0, List.of()), sides.getOrDefault(1, List.of()), sides.getOrDefault(2, List.of()));
    }

    /// The sides are lists of ids: one that means two people would take the clips of both along.
    private static void refuseShared(Map<String, TreeSet<String>> byCorpus) {
        Map<String, String> corpora = new HashMap<>();
        byCorpus.forEach((corpus, speakers) -> speakers.forEach(speaker -> {
            String other = corpora.putIfAbsent(speaker, corpus);
            if (other != null) {
                throw new InvalidInputException("the speaker '" + speaker + "' must not stand in two corpora: '" + other
                        + "' and '" + corpus + "'; put the corpus in front of its ids, or give both one name");
            }
        }));
    }

    private static List<String> shuffled(Collection<String> values, SplittableRandom random) {
        List<String> list = new ArrayList<>(values);
        for (int i = list.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            list.set(j, list.set(i, list.get(j)));
        }
        return list;
    }

    /// The clips of some speakers, in order.
    public static List<Clip> of(List<Clip> clips, List<String> speakers) {
        var wanted = new TreeSet<>(speakers);
        return clips.stream().filter(clip -> wanted.contains(clip.speaker())).toList();
    }
}
