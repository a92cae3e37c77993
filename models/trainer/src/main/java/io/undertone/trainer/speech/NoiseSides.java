package io.undertone.trainer.speech;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Which noise files are learned from, which choose the threshold, and which are only tested on. Files cut from one
/// recording (ESC-50 names them `KIND-FOLD-RECORDING-TAKE`) stay on one side, and every kind is on every side that it
/// has recordings for.
///
/// @param train paths that are learned from
/// @param calibration paths that the threshold is chosen on
/// @param test paths for the figures that are reported
record NoiseSides(List<String> train, List<String> calibration, List<String> test) {

    private static final Pattern TAKE = Pattern.compile("-[A-Z]$");
    private static final double TEST_SHARE = 0.3;
    private static final double CALIBRATION_SHARE = 0.15;

    NoiseSides {
        train = List.copyOf(train);
        calibration = List.copyOf(calibration);
        test = List.copyOf(test);
    }

    static NoiseSides of(List<String> paths, long seed) {
        Map<String, TreeMap<String, List<String>>> kinds = new TreeMap<>();
        for (String path : paths) {
            kinds.computeIfAbsent(kind(path), _ -> new TreeMap<>())
                    .computeIfAbsent(recording(path), _ -> new ArrayList<>())
                    .add(path);
        }
        List<String> train = new ArrayList<>();
        List<String> calibration = new ArrayList<>();
        List<String> test = new ArrayList<>();
        kinds.forEach((kind, recordings) -> {
            SplittableRandom random = new SplittableRandom(new SplittableRandom(seed ^ kind.hashCode()).nextLong());
            List<List<String>> left = new ArrayList<>(recordings.values());
            long tested = Math.round(TEST_SHARE * left.size());
            long chosenBy = Math.round(CALIBRATION_SHARE * left.size());
            for (long i = 0; !left.isEmpty(); i++) {
                List<String> files = left.remove(random.nextInt(left.size()));
                (i < tested ? test : i < tested + chosenBy ? calibration : train).addAll(files);
            }
        });
        return new NoiseSides(train, calibration, test);
    }

    /// The name's first part: `baby_cry`.
    static String kind(String path) {
        return stem(path).split("-", 2)[0];
    }

    static String recording(String path) {
        return TAKE.matcher(stem(path)).replaceFirst("");
    }

    private static String stem(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    }
}
