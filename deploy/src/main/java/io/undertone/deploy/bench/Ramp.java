package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// How one tagger fared with more and more live calls.
///
/// @param steps in their order; the last may be one that was too many
record Ramp(List<Step> steps) {

    /// Tags should be there by then, counted from the last sample of their window.
    static final Duration BOUND = Duration.ofSeconds(1);

    /// Share of the windows of a step that must have their tags within [#BOUND]. In a tagger that is too slow tags come
    /// later and later, so that a few seconds tell.
    private static final double ENOUGH = 0.99;

    /// @param calls at the same time
    /// @param windowsPerSecond that were offered
    /// @param tagsPerSecond that came
    /// @param cpuMicros of the tagger's threads for each tag, the encoder's included
    /// @param encoderMicros of the encoder's threads alone
    /// @param cores that the process kept busy, broker and load included
    /// @param p50Millis of the latency; a window that has no tag yet counts as late as the bound
    /// @param p99Millis likewise
    /// @param inTime share of the windows whose tag came within the bound
    /// @param backlog windows that were sent and had no tag at the end
    /// @param worstLateness of the load itself
    record Step(
            int calls,
            double windowsPerSecond,
            double tagsPerSecond,
            double cpuMicros,
            double encoderMicros,
            double cores,
            long p50Millis,
            long p99Millis,
            double inTime,
            long backlog,
            Memory memory,
            Duration worstLateness) {

        boolean keptUp() {
            return inTime >= ENOUGH;
        }
    }

    Ramp {
        steps = List.copyOf(steps);
    }

    /// The most calls with which it kept up.
    Optional<Step> limit() {
        return steps.stream().filter(Step::keptUp).reduce((_, later) -> later);
    }

    /// What a window costs with the most calls, against what it costs with the fewest: 1 where the growth is linear,
    /// less where fuller batches help.
    OptionalDouble costLastOverFirst() {
        Optional<Step> limit = limit();
        return limit.isPresent()
                ? OptionalDouble.of(limit.get().cpuMicros() / steps.getFirst().cpuMicros())
                : OptionalDouble.empty();
    }

    void putInto(ObjectNode json) {
        json.put("boundMs", BOUND.toMillis());
        BenchReport.putOrNull(json, "limitWindowsPerSecond", limit().map(Step::windowsPerSecond));
        limit().ifPresentOrElse(step -> json.put("limitCalls", step.calls()), () -> json.putNull("limitCalls"));
        OptionalDouble cost = costLastOverFirst();
        BenchReport.putOrNull(
                json, "costLastOverFirst", cost.isPresent() ? Optional.of(cost.getAsDouble()) : Optional.empty());
        ArrayNode array = json.putArray("steps");
        for (Step step : steps) {
            ObjectNode node = array.addObject()
                    .put("calls", step.calls())
                    .put("windowsPerSecond", BenchReport.rounded(step.windowsPerSecond()))
                    .put("tagsPerSecond", BenchReport.rounded(step.tagsPerSecond()))
                    .put("cpuMicrosPerWindow", BenchReport.rounded(step.cpuMicros()))
                    .put("encoderMicrosPerWindow", BenchReport.rounded(step.encoderMicros()))
                    .put("coresOfProcess", BenchReport.rounded(step.cores()))
                    .put("inTime", BenchReport.rounded(step.inTime()))
                    .put("backlogWindows", step.backlog())
                    .put("heapMiB", BenchReport.rounded(step.memory().heapMiB()))
                    .put("loadWorstLatenessMs", step.worstLateness().toMillis())
                    .put("keptUp", step.keptUp());
            node.putObject("latencyMs").put("p50", step.p50Millis()).put("p99", step.p99Millis());
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Step step : steps) {
            BenchReport.row(
                    lines,
                    "live, " + step.calls() + " calls" + (step.keptUp() ? "" : ": too many"),
                    "%.0f windows/s; %.0f us a window, %.0f of them the encoder; p50 %d, p99 %d ms; %d to do; heap %.0f"
                            + " MiB; %.2f cores",
                    step.windowsPerSecond(),
                    step.cpuMicros(),
                    step.encoderMicros(),
                    step.p50Millis(),
                    step.p99Millis(),
                    step.backlog(),
                    step.memory().heapMiB(),
                    step.cores());
        }
        limit().ifPresent(step -> BenchReport.row(
                lines,
                "most calls with which it keeps up",
                "%d, %.0f windows/s; a window costs %.2f of what it cost with %d calls",
                step.calls(),
                step.windowsPerSecond(),
                costLastOverFirst().orElse(1),
                steps.getFirst().calls()));
        return lines;
    }
}
