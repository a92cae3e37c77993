package io.undertone.deploy.bench;

import io.undertone.deploy.bench.CpuAccount.Owner;
import io.undertone.deploy.bench.Traffic.LiveCalls;
import io.undertone.deploy.bench.Traffic.Sent;
import io.undertone.streams.cli.Pacer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/// Lets more and more calls begin on one tagger that runs, until it no longer keeps up. Owned by one thread, which also
/// sends the load.
final class RampMeter {

    private final Trial trial;
    private final LiveCalls live;
    private final WindowMath math;
    private final Duration length;
    private final Pacer clock;
    private int calls;

    /// @param live has no calls yet
    /// @param length of the measurement of a step
    RampMeter(Trial trial, LiveCalls live, WindowMath math, Duration length, Pacer clock) {
        this.trial = trial;
        this.live = live;
        this.math = math;
        this.length = length;
        this.clock = clock;
    }

    /// The first step runs once as long before it counts, since its code is cold. A step that is too much is measured
    /// again, and only then the last: others may have wanted the cores for a moment.
    ///
    /// @param callsOfStep how many calls begin with each step
    /// @param mostSteps after which it ends even if the tagger keeps up
    Ramp climb(int callsOfStep, int mostSteps, Consumer<Ramp.Step> progress) throws InterruptedException {
        List<Ramp.Step> steps = new ArrayList<>();
        do {
            live.begin(callsOfStep);
            calls += callsOfStep;
            Duration settle = Duration.ofSeconds(1 + math.secondsOf(1)); // until each has had its first window
            Ramp.Step step = step(clock.now().plus(steps.isEmpty() ? settle.plus(length) : settle));
            progress.accept(step);
            if (!step.keptUp()) {
                step = step(clock.now());
                progress.accept(step);
            }
            steps.add(step);
        } while (steps.getLast().keptUp() && steps.size() < mostSteps);
        return new Ramp(steps);
    }

    private Ramp.Step step(Instant from) throws InterruptedException {
        TagListener tags = trial.tags();
        Instant to = from.plus(length);
        tags.time(from, to);
        live.sendUntil(from);
        long tagsBefore = tags.count();
        CpuAccount before = CpuAccount.take();
        Instant start = clock.now();
        Sent sent = live.sendUntil(to);
        double seconds = Duration.between(start, clock.now()).toNanos() / 1e9;
        CpuAccount.Usage usage = CpuAccount.take().since(before, trial.application());
        long tagged = tags.count() - tagsBefore;
        long backlog = sent.windows(math::windowsOf) - tags.count();
        live.sendUntil(to.plus(Ramp.BOUND));
        Histogram latencies = tags.latencies();
        long due = math.windowsWithin(calls, length);
        long inTime = latencies.getCountBetweenValues(0, Ramp.BOUND.toMillis());
        if (latencies.getTotalCount() < due) {
            latencies.recordValueWithCount(Ramp.BOUND.toMillis(), due - latencies.getTotalCount());
        }
        return new Ramp.Step(
                calls,
                math.rateOf(calls),
                tagged / seconds,
                1e6 * usage.tagger() / Math.max(1, tagged),
                1e6 * usage.of(Owner.ENCODER) / Math.max(1, tagged),
                usage.process() / seconds,
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                Math.min(1, (double) inTime / due),
                Math.max(0, backlog),
                Memory.afterCollection(),
                sent.worstLateness());
    }
}
