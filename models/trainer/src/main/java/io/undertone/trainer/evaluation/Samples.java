package io.undertone.trainer.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/// Draws without replacement, by a seeded generator.
final class Samples {

    private Samples() {}

    /// At most `count` of the values in random order.
    static <T> List<T> some(List<T> values, int count, SplittableRandom random) {
        List<T> rest = new ArrayList<>(values);
        for (int i = rest.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            rest.set(j, rest.set(i, rest.get(j)));
        }
        return List.copyOf(rest.subList(0, Math.min(count, rest.size())));
    }

    /// At most `count` of the values, taken in turn from each stratum until there are enough.
    static <T> List<T> stratified(List<T> values, int count, Function<T, String> stratum, SplittableRandom random) {
        Map<String, List<T>> strata = new LinkedHashMap<>();
        some(values, values.size(), random)
                .forEach(value -> strata.computeIfAbsent(stratum.apply(value), _ -> new ArrayList<>())
                        .add(value));
        List<T> taken = new ArrayList<>();
        for (int round = 0; taken.size() < Math.min(count, values.size()); round++) {
            for (List<T> own : strata.values()) {
                if (round < own.size() && taken.size() < count) {
                    taken.add(own.get(round));
                }
            }
        }
        return List.copyOf(taken);
    }
}
