package io.undertone.trainer.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Draws clips so that each corpus has its share, each class of it the same chance, and each speaker of that class
/// too.
public final class Sampler {

    private final List<Group> groups = new ArrayList<>();
    private double total;

    /// One corpus: class -> speaker -> clips.
    private record Group(double weight, List<List<List<Integer>>> classes) {}

    /// @param weights share of each corpus, not necessarily of sum 1; 1 for those not named
    public Sampler(List<Clip> clips, Map<String, Double> weights) {
        Map<String, Map<String, Map<String, List<Integer>>>> tree = new TreeMap<>();
        for (int i = 0; i < clips.size(); i++) {
            Clip clip = clips.get(i);
            tree.computeIfAbsent(clip.corpus(), _ -> new TreeMap<>())
                    .computeIfAbsent(clip.emotion(), _ -> new TreeMap<>())
                    .computeIfAbsent(clip.speaker(), _ -> new ArrayList<>())
                    .add(i);
        }
        tree.forEach((corpus, classes) -> {
            List<List<List<Integer>>> lists = new ArrayList<>();
            classes.values().forEach(speakers -> lists.add(List.copyOf(speakers.values())));
            double weight = weights.getOrDefault(corpus, 1.0);
            groups.add(new Group(weight, lists));
            total += weight;
        });
    }

    /// Index of a clip.
    public int draw(SplittableRandom random) {
        double target = random.nextDouble() * total;
        Group chosen = groups.getLast();
        for (Group group : groups) {
            target -= group.weight;
            if (target < 0) {
                chosen = group;
                break;
            }
        }
        return pick(pick(pick(chosen.classes, random), random), random);
    }

    private static <T> T pick(List<T> values, SplittableRandom random) {
        return values.get(random.nextInt(values.size()));
    }
}
