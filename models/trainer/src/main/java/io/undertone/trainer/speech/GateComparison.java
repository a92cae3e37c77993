package io.undertone.trainer.speech;

import io.undertone.trainer.Progress;
import io.undertone.trainer.evaluation.Bootstrap;
import io.undertone.trainer.evaluation.Table;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which share of the windows of each condition some gates let pass, with 95 % bootstrap intervals over speakers or
/// recordings, and what they cost. Owned by one thread.
final class GateComparison {

    /// The default of `gate.min-speech-ratio`.
    static final double RATIO = 0.2;

    private static final int BATCH = 16;
    private static final long SEED = 1;

    private final Map<String, Gate> gates;
    private final Progress progress;

    /// @param gates by the name over their column
    GateComparison(Map<String, Gate> gates, Progress progress) {
        this.gates = new LinkedHashMap<>(gates);
        this.progress = progress;
    }

    /// What a gate says of windows, and the CPU time that it took.
    @SuppressWarnings("ArrayRecordComponent") // handed on once
    private record Answers(double[] ratios, double millisOfEach) {}

    private Map<String, Answers> ask(List<float[]> windows) {
        Map<String, Answers> answers = new LinkedHashMap<>();
        try (var bar = progress.start("asking gates", (long) gates.size() * windows.size())) {
            for (var gate : gates.entrySet()) {
                long done = (long) answers.size() * windows.size();
                double[] ratios = new double[windows.size()];
                long started = cpuNanos();
                for (int from = 0; from < ratios.length; from += BATCH) {
                    List<float[]> batch = windows.subList(from, Math.min(ratios.length, from + BATCH));
                    System.arraycopy(gate.getValue().ratios(batch), 0, ratios, from, batch.size());
                    bar.at().accept(done + from);
                }
                answers.put(gate.getKey(), new Answers(ratios, (cpuNanos() - started) / 1e6 / ratios.length));
            }
        }
        return answers;
    }

    /// Of this thread, on which all gates compute: other load does not count.
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /// Two tables: windows that should pass, windows that should not.
    List<Table> trials(List<Trial> trials) {
        Map<String, Answers> answers = ask(trials.stream().map(Trial::samples).toList());
        return List.of(
                table("should pass", trials, answers, true),
                table("should not pass", trials, answers, false),
                costs(answers));
    }

    private Table table(String title, List<Trial> trials, Map<String, Answers> answers, boolean speech) {
        Map<String, List<Integer>> conditions = new LinkedHashMap<>();
        List<Integer> together = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            if (trials.get(i).speech() == speech) {
                conditions
                        .computeIfAbsent(trials.get(i).condition(), _ -> new ArrayList<>())
                        .add(i);
                together.add(i);
            }
        }
        conditions.put("all of these", together);
        List<List<String>> rows = new ArrayList<>();
        conditions.forEach((condition, indexes) -> {
            Bootstrap bootstrap = Bootstrap.of(
                    indexes.stream().map(i -> trials.get(i).source()).toList(), SEED);
            List<String> row = new ArrayList<>(List.of(condition, Integer.toString(indexes.size())));
            for (Answers answer : answers.values()) {
                double[] ratios =
                        indexes.stream().mapToDouble(i -> answer.ratios()[i]).toArray();
                row.add(bootstrap.interval(0, drawn -> passed(ratios, drawn)).cell(bootstrap.speakers()));
            }
            rows.add(row);
        });
        return new Table(header(title, "windows"), rows);
    }

    private List<String> header(String... first) {
        List<String> header = new ArrayList<>(List.of(first));
        header.addAll(gates.keySet());
        return header;
    }

    private static double passed(double[] ratios, int[] drawn) {
        int passed = 0;
        for (int i : drawn) {
            passed += ratios[i] >= RATIO ? 1 : 0;
        }
        return passed / (double) drawn.length;
    }

    private Table costs(Map<String, Answers> answers) {
        List<String> row = new ArrayList<>(List.of("CPU time of a window, ms"));
        answers.values().forEach(answer -> row.add(String.format(Locale.ROOT, "%.3f", answer.millisOfEach())));
        return new Table(header("cost"), List.of(row));
    }

    /// Calls whose sides are files of their own: how often one side speaks, both or none, and how often gates agree
    /// with each other. Nobody labelled them.
    ///
    /// @param sides windows of each side, by `CALL` then side; of a call with one side nothing is said of turns
    List<Table> calls(Map<String, List<List<float[]>>> sides) {
        List<Map<String, boolean[]>> all = new ArrayList<>();
        Map<String, int[]> turns = new LinkedHashMap<>(); // none, one, both
        sides.values().forEach(call -> {
            List<Map<String, boolean[]>> asked =
                    call.stream().map(this::decisions).toList();
            all.addAll(asked);
            if (asked.size() == 2) {
                gates.keySet()
                        .forEach(gate -> count(
                                turns.computeIfAbsent(gate, _ -> new int[3]),
                                asked.getFirst().getOrDefault(gate, new boolean[0]),
                                asked.getLast().getOrDefault(gate, new boolean[0])));
            }
        });
        return List.of(turns(turns), agreement(all));
    }

    private Map<String, boolean[]> decisions(List<float[]> windows) {
        Map<String, boolean[]> decisions = new LinkedHashMap<>();
        ask(windows).forEach((gate, answers) -> {
            boolean[] passes = new boolean[answers.ratios().length];
            for (int i = 0; i < passes.length; i++) {
                passes[i] = answers.ratios()[i] >= RATIO;
            }
            decisions.put(gate, passes);
        });
        return decisions;
    }

    private static void count(int[] turns, boolean[] one, boolean[] other) {
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            turns[(one[i] ? 1 : 0) + (other[i] ? 1 : 0)]++;
        }
    }

    private Table turns(Map<String, int[]> turns) {
        String[] names = {"nobody speaks", "one side speaks", "both sides speak"};
        List<List<String>> rows = new ArrayList<>();
        for (int speaking = 0; speaking < names.length; speaking++) {
            List<String> row = new ArrayList<>(List.of(names[speaking]));
            for (int[] counts : turns.values()) {
                row.add(Integer.toString(counts[speaking]));
            }
            rows.add(row);
        }
        return new Table(header("calls with both sides, windows"), turns.isEmpty() ? List.of() : rows);
    }

    private Table agreement(List<Map<String, boolean[]>> files) {
        List<List<String>> rows = new ArrayList<>();
        for (String gate : gates.keySet()) {
            List<String> row = new ArrayList<>(List.of(gate));
            for (String other : gates.keySet()) {
                row.add(String.format(Locale.ROOT, "%.3f", agreement(files, gate, other)));
            }
            rows.add(row);
        }
        return new Table(header("share of windows judged alike"), rows);
    }

    private static double agreement(List<Map<String, boolean[]>> files, String gate, String other) {
        int same = 0;
        int windows = 0;
        for (Map<String, boolean[]> file : files) {
            boolean[] one = file.getOrDefault(gate, new boolean[0]);
            boolean[] two = file.getOrDefault(other, new boolean[0]);
            for (int i = 0; i < one.length; i++) {
                same += one[i] == two[i] ? 1 : 0;
                windows++;
            }
        }
        return same / (double) Math.max(1, windows);
    }
}
