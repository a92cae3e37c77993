package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.model.Precision;
import io.undertone.streams.cli.TagJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a run of the bench found. Immutable; what was not measured is absent.
///
/// @param audioBytesPerWindow encoded audio of one window
/// @param warnings what makes the figures doubtful
record BenchReport(
        Machine machine,
        BenchPlan plan,
        String model,
        double audioBytesPerWindow,
        Optional<Peak> peak,
        List<Live> live,
        Optional<Drain> identity,
        List<Drain> growth,
        List<PromptCost> promptCosts,
        Optional<BatchSweep> batches,
        Optional<BatchSweep> wavLm,
        Optional<Ramp> ramp,
        List<SoakSample> soak,
        List<String> warnings) {

    /// @param bareBefore windows a second of the encoder alone, before the drain
    /// @param bareAfter the same after it
    record Peak(Drain drain, double bareBefore, double bareAfter) {

        double bareWindowsPerSecond() {
            return (bareBefore + bareAfter) / 2;
        }

        /// Of the windows that the encoder saw.
        double ratio() {
            return drain.encodedPerSecond() / bareWindowsPerSecond();
        }
    }

    /// @param microsPerWindow of ranking one window
    record PromptCost(int prompts, double microsPerWindow) {}

    /// @param at since the load began
    /// @param windowsPerSecond since the sample before
    record SoakSample(Duration at, Memory memory, double windowsPerSecond) {}

    ObjectNode json() {
        ObjectNode json = TagJson.object();
        putOrNull(json, "endToEndWindowsPerSecond", peak.map(p -> p.drain().windowsPerSecond()));
        putOrNull(json, "bareEncoderWindowsPerSecond", peak.map(Peak::bareWindowsPerSecond));
        putOrNull(json, "endToEndOverBareEncoder", peak.map(Peak::ratio));
        putOrNull(json, "identityWindowsPerSecondPerCore", identity.map(Drain::windowsPerSecondPerCore));
        ObjectNode latency = json.putObject("latencyMs");
        putLatencies(latency, live.stream().findFirst());
        json.put("machine", machine.description()).put("commit", machine.commit());
        load(json.putObject("load"));
        peak.ifPresent(p -> drain(json.putObject("peak"), p.drain())
                .put("bareBefore", rounded(p.bareBefore()))
                .put("bareAfter", rounded(p.bareAfter())));
        ArrayNode runs = json.putArray("live");
        live.forEach(run -> live(runs.addObject(), run));
        identity.ifPresent(drain -> drain(json.putObject("identity"), drain));
        ArrayNode grown = json.putArray("growth");
        growth.forEach(drain -> drain(grown.addObject(), drain));
        prompts(json);
        batches.ifPresent(sweep -> sweep.putInto(json.putObject("batches")));
        wavLm.ifPresent(sweep -> sweep.putInto(json.putObject("wavlm")));
        ramp.ifPresent(steps -> steps.putInto(json.putObject("ramp")));
        ArrayNode samples = json.putArray("soak");
        soak.forEach(sample -> {
            ObjectNode node = samples.addObject()
                    .put("second", sample.at().toSeconds())
                    .put("windowsPerSecond", rounded(sample.windowsPerSecond()));
            memory(node, sample.memory());
        });
        ArrayNode doubts = json.putArray("warnings");
        warnings.forEach(doubts::add);
        return json;
    }

    private void load(ObjectNode json) {
        json.put("model", model)
                .put("device", plan.device().toString())
                .put("precision", plan.precision().toString())
                .put("cluster", cluster())
                .put("guarantee", plan.guarantee().name())
                .put("commitIntervalMs", plan.commitInterval().toMillis())
                .put("partitions", plan.partitions())
                .put("streamThreads", plan.streamThreads())
                .put("encoderThreads", plan.encoderThreads())
                .put("maxBatch", plan.maxBatch())
                .put("channelsPerCall", plan.load().channels())
                .put("chunkMs", plan.load().chunk().toMillis())
                .put("codec", plan.load().codec().name())
                .put("speechShare", plan.load().speechShare())
                .put("identityPrompts", plan.prompts())
                .put("audioBytesPerWindow", rounded(audioBytesPerWindow));
    }

    private String cluster() {
        if (!plan.wantsBroker()) {
            return "none";
        }
        return plan.bootstrap().isPresent() ? "given" : "embedded";
    }

    private static ObjectNode drain(ObjectNode json, Drain drain) {
        json.put("calls", drain.calls())
                .put("windows", drain.windows())
                .put("seconds", rounded(drain.seconds()))
                .put("windowsPerSecond", rounded(drain.windowsPerSecond()))
                .put("encodedPerSecond", rounded(drain.encodedPerSecond()))
                .put("windowsPerSecondPerCore", rounded(drain.windowsPerSecondPerCore()))
                .put("taggerCpuSeconds", rounded(drain.usage().tagger()))
                .put("processCpuSeconds", rounded(drain.usage().process()))
                .put("bytesPerTag", rounded(drain.bytesPerTag()));
        ObjectNode cpu = json.putObject("cpuMicrosPerWindow");
        drain.microsPerWindow().forEach((what, micros) -> cpu.put(what, rounded(micros)));
        ObjectNode sizes = json.putObject("batches");
        drain.batches().forEach((size, count) -> sizes.put(size.toString(), count));
        memory(json, drain.memory());
        return json;
    }

    private static void memory(ObjectNode json, Memory memory) {
        json.put("heapMiB", rounded(memory.heapMiB()));
        memory.residentMiB().ifPresent(mib -> json.put("residentMiB", rounded(mib)));
    }

    private void live(ObjectNode json, Live run) {
        json.put("guarantee", run.guarantee().name())
                .put("calls", run.calls())
                .put("windowsPerSecond", rounded(run.windowsPerSecond()))
                .put("windows", run.latencies().getTotalCount())
                .put("loadWorstLatenessMs", run.worstLateness().toMillis());
        putLatencies(json.putObject("latencyMs"), Optional.of(run));
        run.stateBytesPerChannel()
                .ifPresent(bytes -> json.put("stateBytesPerChannel", rounded(bytes))
                        .put("stateOverWindowAudio", rounded(bytes / audioBytesPerWindow)));
    }

    private static void putLatencies(ObjectNode json, Optional<Live> run) {
        putOrNull(json, "p50", run.map(r -> (double) r.percentile(50)));
        putOrNull(json, "p95", run.map(r -> (double) r.percentile(95)));
        putOrNull(json, "p99", run.map(r -> (double) r.percentile(99)));
        putOrNull(json, "p999", run.map(r -> (double) r.percentile(99.9)));
    }

    private void prompts(ObjectNode json) {
        ArrayNode costs = json.putArray("promptCosts");
        promptCosts.forEach(cost -> costs.addObject()
                .put("prompts", cost.prompts())
                .put("microsPerWindow", rounded(cost.microsPerWindow()))
                .put("microsPerPrompt", rounded(cost.microsPerWindow() / cost.prompts())));
        endToEndMicrosPerPrompt().ifPresent(micros -> json.put("endToEndMicrosPerPrompt", rounded(micros)));
    }

    /// What a prompt adds to a window all the way, ranking, Avro, producer and collector: the difference of the
    /// tagger's time between the large bank and the bundle's own.
    private OptionalDouble endToEndMicrosPerPrompt() {
        if (identity.isEmpty() || growth.isEmpty()) {
            return OptionalDouble.empty();
        }
        Drain few = growth.getLast();
        double micros = 1e6 / identity.get().windowsPerSecondPerCore() - 1e6 / few.windowsPerSecondPerCore();
        return OptionalDouble.of(micros / (plan.prompts() - machine.bundlePrompts()));
    }

    static void putOrNull(ObjectNode json, String key, Optional<Double> value) {
        value.ifPresentOrElse(v -> json.put(key, rounded(v)), () -> json.putNull(key));
    }

    /// To four significant digits: more would be noise.
    static double rounded(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return 0;
        }
        double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
        return Math.round(value * scale) / scale;
    }

    /// The table for people.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(machine.description() + ", commit " + machine.commit() + ", " + model + " on " + plan.device()
                + (plan.precision() == Precision.FLOAT16 ? " in float16" : ""));
        warnings.forEach(warning -> lines.add("doubtful: " + warning));
        peak.ifPresent(p -> {
            row(lines, "end to end", "%.0f windows/s", p.drain().windowsPerSecond());
            row(lines, "encoder alone", "%.0f windows/s", p.bareWindowsPerSecond());
            row(lines, "end to end over encoder alone", "%.2f", p.ratio());
            cpu(lines, p.drain());
            lines.add("  batches: " + sizes(p.drain()));
        });
        live.forEach(run -> {
            row(
                    lines,
                    "latency, "
                            + run.guarantee().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    "p50 %d, p95 %d, p99 %d, p99.9 %d ms at %.0f windows/s of %d calls",
                    run.percentile(50),
                    run.percentile(95),
                    run.percentile(99),
                    run.percentile(99.9),
                    run.windowsPerSecond(),
                    run.calls());
            run.stateBytesPerChannel()
                    .ifPresent(bytes -> row(
                            lines,
                            "state of a channel",
                            "%.0f bytes, %.2f of a window's audio",
                            bytes,
                            bytes / audioBytesPerWindow));
        });
        identity.ifPresent(drain -> {
            row(
                    lines,
                    "without the encoder, " + plan.prompts() + " prompts",
                    "%.0f windows/s a core; %.0f windows/s; %.1f KB a tag",
                    drain.windowsPerSecondPerCore(),
                    drain.windowsPerSecond(),
                    drain.bytesPerTag() / 1000);
            cpu(lines, drain);
        });
        growth.forEach(drain -> row(
                lines,
                "without the encoder, " + drain.calls() + " calls",
                "%.0f windows/s a core; %.0f windows/s; heap %.0f MiB",
                drain.windowsPerSecondPerCore(),
                drain.windowsPerSecond(),
                drain.memory().heapMiB()));
        promptCosts.forEach(cost -> row(
                lines,
                cost.prompts() + " prompts",
                "%.1f us a window, %.3f us a prompt",
                cost.microsPerWindow(),
                cost.microsPerWindow() / cost.prompts()));
        endToEndMicrosPerPrompt().ifPresent(micros -> row(lines, "a prompt, end to end", "%.3f us a window", micros));
        batches.ifPresent(sweep -> lines.addAll(sweep.lines()));
        wavLm.ifPresent(sweep -> lines.addAll(sweep.lines()));
        ramp.ifPresent(steps -> lines.addAll(steps.lines()));
        soak.forEach(sample -> row(
                lines,
                "after " + sample.at().toSeconds() + " s",
                "heap %.1f MiB, process %.0f MiB, %.0f windows/s",
                sample.memory().heapMiB(),
                sample.memory().residentMiB().orElse(0),
                sample.windowsPerSecond()));
        return lines;
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    static void row(List<String> lines, String what, String format, Object... values) {
        lines.add("%-36s %s".formatted(what, format.formatted(values)));
    }

    private static void cpu(List<String> lines, Drain drain) {
        for (Map.Entry<String, Double> entry : drain.microsPerWindow().entrySet()) {
            if (entry.getValue() >= 0.5) {
                lines.add("  %8.0f us a window  %s".formatted(entry.getValue(), entry.getKey()));
            }
        }
    }

    private static String sizes(Drain drain) {
        StringBuilder text = new StringBuilder();
        drain.batches()
                .forEach((size, count) ->
                        text.append(size).append(" x ").append(count).append("  "));
        return text.toString().strip();
    }
}
