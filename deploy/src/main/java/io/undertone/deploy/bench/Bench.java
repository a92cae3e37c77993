package io.undertone.deploy.bench;

import io.undertone.audio.InvalidInputException;
import io.undertone.deploy.bench.BenchPlan.Part;
import io.undertone.deploy.bench.BenchReport.PromptCost;
import io.undertone.deploy.bench.BenchReport.SoakSample;
import io.undertone.deploy.bench.CpuAccount.Owner;
import io.undertone.deploy.bench.StageProfile.Stage;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.ModelBundle;
import io.undertone.model.Precision;
import io.undertone.rank.Listing;
import io.undertone.rank.PromptBank;
import io.undertone.streams.cli.ChunkSender;
import io.undertone.streams.cli.Pacer;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Puts load on a tagger in this process and measures it, one part after the other.
///
/// A backlog is produced before the tagger starts, so that producing it costs the tagger nothing; live load comes as
/// gateways send it. Each part has a tagger, topics and state of its own. Before the first that counts, backlogs
/// without the encoder, and one with it, are drained until the compiler has little left to do: it takes more than half
/// a minute of a busy core, which in a short run would be a sixth of what is measured, and in a tagger that runs for
/// days is nothing.
///
/// Threading: `run` on one thread, which also sends the load; the listener has one of its own.
final class Bench {

    private static final double FROM = 0.15;
    private static final double TO = 0.95;
    private static final Duration SOAK_CALL = Duration.ofMinutes(1);
    private static final Duration LEAST_PATIENCE = Duration.ofMinutes(2);
    private static final double LEAST_RATE = 5; // windows a second, for whoever waits
    private static final Duration RAMP_CALL = Duration.ofHours(2); // none ends
    private static final int RAMP_STEPS_TO_ENCODER = 10;
    private static final int LATE_MILLIS = 50; // of the load itself: latencies mean less
    private static final int WARM_UP_WINDOWS = 1_500; // of the first round
    private static final double WARM = 0.04; // of the process' time at most is the compiler's
    private static final int MOST_SOAK_SAMPLES = 60;

    /// How long and how far the parts go where the plan does not say it: tests take less.
    ///
    /// @param promptCounts sizes of the banks
    /// @param promptTime of each half of a bank's ranking
    /// @param bareTime of the encoder alone at most
    /// @param mostBatch where the sweep over batches ends
    /// @param wavLm size of the encoder of the part 'wavlm'
    /// @param soakStep between two looks at the memory at least
    record Sizes(
            List<Integer> promptCounts,
            Duration promptTime,
            Duration bareTime,
            int mostBatch,
            WavLm.Spec wavLm,
            Duration soakStep) {

        static final Sizes FULL = new Sizes(
                List.of(4, 64, 512, PromptWords.MOST),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                256,
                WavLm.Spec.BASE,
                Duration.ofSeconds(10));

        Sizes {
            promptCounts = List.copyOf(promptCounts);
        }
    }

    private final BenchPlan plan;
    private final Sizes sizes;
    private final PrintWriter err;
    private final Pacer clock = Pacer.realTime();
    private final Traffic traffic;
    private final String run; // tells apart runs that share a cluster
    private final List<String> warnings = new ArrayList<>();
    private int trials;

    /// @param err progress
    Bench(BenchPlan plan, PrintWriter err) {
        this(plan, Sizes.FULL, err);
    }

    Bench(BenchPlan plan, Sizes sizes, PrintWriter err) {
        this.plan = plan;
        this.sizes = sizes;
        this.err = err;
        this.traffic = Traffic.of(plan.load());
        this.run = Long.toString(clock.now().toEpochMilli() % 100_000_000, 36);
    }

    /// @throws InvalidInputException if bundle, device or broker cannot be used, or tags were lost or doubled
    BenchReport run() throws InterruptedException {
        try (ModelBundle bundle = ModelBundle.open(plan.bundle())) {
            // a missing device is better known at once, and so is an encoder that cannot be computed in float16
            for (Precision precision : plan.precisions()) {
                BareMeter.open(bundle.encoderGraph(), plan, precision, 1, System::nanoTime)
                        .close();
            }
            if (!plan.wantsBroker()) {
                return new Parts(bundle, Optional.empty()).run();
            }
            try (Cluster cluster = Cluster.open(plan.bootstrap())) {
                return new Parts(bundle, Optional.of(cluster)).run();
            }
        }
    }

    @SuppressWarnings("AnnotateFormatMethod") // its annotation would be one more dependency
    private void say(String format, Object... values) {
        err.println("undertone: " + format.formatted(values));
        err.flush();
    }

    /// The parts, with what all of them need.
    private final class Parts {

        private final ModelBundle bundle;
        private final Optional<Cluster> cluster; // where a part wants a broker
        private final WindowSpec spec;
        private final WindowMath math;

        Parts(ModelBundle bundle, Optional<Cluster> cluster) {
            this.bundle = bundle;
            this.cluster = cluster;
            this.spec = bundle.windowSpec();
            this.math = new WindowMath(spec, plan.load().channels());
        }

        BenchReport run() throws InterruptedException {
            double identityRate =
                    plan.wants(Part.IDENTITY) || plan.wants(Part.GROWTH) || plan.wants(Part.PEAK) ? warmUp() : 0;
            Optional<BenchReport.Peak> peak = plan.wants(Part.PEAK) ? Optional.of(peak()) : Optional.empty();
            List<Live> live = new ArrayList<>();
            List<SoakSample> soak = new ArrayList<>();
            if (peak.isPresent() && plan.wants(Part.LATENCY)) {
                double rate = plan.liveShare() * peak.get().drain().windowsPerSecond();
                live.add(live(plan.guarantee(), rate));
                if (plan.guarantee() == Guarantee.EXACTLY_ONCE) {
                    live.add(live(Guarantee.AT_LEAST_ONCE, rate));
                }
            }
            if (peak.isPresent() && plan.soak().isPositive()) {
                soak.addAll(soak(plan.liveShare() * peak.get().drain().windowsPerSecond()));
            }
            Optional<Drain> identity =
                    plan.wants(Part.IDENTITY) ? Optional.of(identity(identityRate)) : Optional.empty();
            List<Drain> growth = plan.wants(Part.GROWTH) ? growth(identityRate) : List.of();
            List<PromptCost> prompts = plan.wants(Part.PROMPTS) ? prompts() : List.of();
            Optional<BatchSweep> batches = plan.wants(Part.BATCHES) ? Optional.of(batches()) : Optional.empty();
            Optional<BatchSweep> wavLm = plan.wants(Part.WAVLM) ? Optional.of(wavLm()) : Optional.empty();
            Optional<Ramp> ramp = plan.wants(Part.RAMP) ? Optional.of(ramp(peak)) : Optional.empty();
            return new BenchReport(
                    Machine.of(bundle.defaultPrompts().size()),
                    plan,
                    bundle.manifest().name() + " " + bundle.manifest().version(),
                    traffic.bytesPerSecond() * spec.windowSamples() / spec.sampleRateHz(),
                    peak,
                    List.copyOf(live),
                    identity,
                    growth,
                    prompts,
                    batches,
                    wavLm,
                    ramp,
                    List.copyOf(soak),
                    List.copyOf(warnings));
        }

        // ---- a backlog

        /// Lasts three times as long as a measurement, or hardly longer.
        ///
        /// @return windows a second without the encoder, about
        private double warmUp() throws InterruptedException {
            Instant end = clock.now().plusSeconds(3L * plan.seconds());
            long windows = Math.min(WARM_UP_WINDOWS, plan.maxWindows());
            while (true) {
                Drain drain = drain(setup("warm", Optional.empty(), true), plan.calls(), windows);
                double compiler =
                        drain.usage().of(Owner.COMPILER) / drain.usage().process();
                say("warming up: %.0f windows/s, the compiler takes %.0f %%", drain.windowsPerSecond(), 100 * compiler);
                if (compiler < WARM || clock.now().isAfter(end)) {
                    return drain.windowsPerSecond();
                }
                windows = wanted(drain.windowsPerSecond() / 2);
            }
        }

        private BenchReport.Peak peak() throws InterruptedException {
            double before = bare();
            say("encoder alone: %.0f windows/s; warming up with it, then end to end", before);
            drain(setup("warm", Optional.empty(), false), plan.calls(), wanted(before / 2));
            Drain drain = drain(setup("peak", Optional.empty(), false), plan.calls(), wanted(before));
            double after = bare();
            say("%.0f windows/s end to end; encoder alone: %.0f", drain.windowsPerSecond(), after);
            return new BenchReport.Peak(drain, before, after);
        }

        private double bare() {
            try (BareMeter meter =
                    BareMeter.open(bundle.encoderGraph(), plan, plan.precision(), plan.maxBatch(), System::nanoTime)) {
                return meter.windowsPerSecond(plan.maxBatch(), bareLength());
            }
        }

        private Duration bareLength() {
            Duration wanted = Duration.ofSeconds(plan.seconds());
            return wanted.compareTo(sizes.bareTime()) < 0 ? wanted : sizes.bareTime();
        }

        private Drain identity(double rate) throws InterruptedException {
            Path file = null;
            try {
                file = Files.createTempFile("undertone-bench-", ".json");
                PromptWords.write(plan.prompts(), file);
                say("without the encoder, %d prompts", plan.prompts());
                return drain(setup("identity", Optional.of(file), true), plan.calls(), wanted(rate / 2));
            } catch (IOException e) {
                throw new UncheckedIOException("the prompts cannot be written", e);
            } finally {
                if (file != null) {
                    file.toFile().delete();
                }
            }
        }

        private List<Drain> growth(double rate) throws InterruptedException {
            List<Drain> drains = new ArrayList<>();
            for (int factor : new int[] {1, 2, 4}) {
                int calls = factor * plan.calls();
                say("without the encoder, %d calls", calls);
                drains.add(drain(setup("calls" + calls, Optional.empty(), true), calls, wanted(rate / 2)));
            }
            return drains;
        }

        private long wanted(double rate) {
            return Math.min(plan.maxWindows(), Math.round(rate * plan.seconds() / (TO - FROM)));
        }

        private Trial.Setup setup(String name, Optional<Path> prompts, boolean identity) {
            UnaryOperator<AudioEncoder> around = identity
                    ? bundled -> IdentityEncoder.of(bundle.calibration().dim(), bundled)
                    : UnaryOperator.identity();
            return new Trial.Setup(name, prompts, plan.guarantee(), around);
        }

        private Trial prepare(Trial.Setup setup) {
            return Trial.prepare(cluster.orElseThrow(), plan, setup, run + "-" + trials++, clock);
        }

        private Drain drain(Trial.Setup setup, int calls, long wanted) throws InterruptedException {
            try (Trial trial = prepare(setup)) {
                long channels = (long) calls * plan.load().channels();
                int seconds = math.secondsOf(Math.max(1, Math.ceilDiv(wanted, channels)));
                long windows = channels * math.windowsOf(Duration.ofSeconds(seconds));
                try (ChunkSender sender = trial.sender()) {
                    traffic.sendBacklog(sender, calls, seconds, clock.now());
                }
                trial.start();
                return measure(trial, calls, windows);
            }
        }

        private Drain measure(Trial trial, int calls, long windows) throws InterruptedException {
            TagListener tags = trial.tags();
            Duration patience = patience(windows);
            tags.await(Math.round(FROM * windows), patience);
            try (StageProfile profile = StageProfile.start()) {
                CpuAccount before = CpuAccount.take();
                long from = tags.count();
                long encodedFrom = trial.encoder().windows();
                Instant start = clock.now();
                tags.await(Math.round(TO * windows), patience);
                Instant end = clock.now();
                long tagged = tags.count() - from;
                long encoded = trial.encoder().windows() - encodedFrom;
                CpuAccount.Usage usage = CpuAccount.take().since(before, trial.application());
                Map<Stage, Double> stages = profile.stop(trial.application());
                awaitAll(tags, windows, patience);
                return new Drain(
                        calls,
                        tagged,
                        Duration.between(start, end).toNanos() / 1e9,
                        encoded,
                        usage,
                        stages,
                        trial.encoder().batches(),
                        tags.bytesPerTag(),
                        Memory.afterCollection());
            }
        }

        private Duration patience(long windows) {
            return LEAST_PATIENCE.plus(Duration.ofSeconds(Math.round(windows / LEAST_RATE)));
        }

        /// Each window has one tag: fewer or more is a fault of the tagger, and its speed then means nothing.
        private void awaitAll(TagListener tags, long windows, Duration patience) throws InterruptedException {
            tags.await(windows, patience);
            if (tags.count() > windows) {
                throw new InvalidInputException(windows + " tags were due, and " + tags.count() + " came");
            }
        }

        // ---- live load

        private Live live(Guarantee guarantee, double rate) throws InterruptedException {
            int calls = math.callsFor(rate);
            say("live, %s, %d calls", guarantee, calls);
            Trial.Setup setup = new Trial.Setup("live", Optional.empty(), guarantee, UnaryOperator.identity());
            try (Trial trial = prepare(setup);
                    ChunkSender sender = trial.sender()) {
                trial.start();
                // until every call has had its first window
                Duration warmUp = Duration.ofSeconds(1 + math.secondsOf(1));
                Instant from = clock.now().plus(warmUp);
                Instant to = from.plusSeconds(plan.seconds());
                trial.tags().time(from, to);
                Duration longer = warmUp.plusSeconds(plan.seconds() + 60L);
                Traffic.Sent sent = traffic.sendLive(sender, calls, longer, to.plusSeconds(1), clock);
                trial.tags().await(sent.windows(math::windowsOf), patience(sent.windows(math::windowsOf)));
                double state = StateSize.bytes(cluster.orElseThrow().client(), trial.changelogs())
                        / (double) (calls * plan.load().channels());
                warnIfLate(sent);
                return new Live(
                        guarantee,
                        calls,
                        math.rateOf(calls),
                        trial.tags().latencies(),
                        sent.worstLateness(),
                        OptionalDouble.of(state));
            }
        }

        private void warnIfLate(Traffic.Sent sent) {
            if (sent.worstLateness().toMillis() > LATE_MILLIS) {
                warnings.add("the live load was up to " + sent.worstLateness().toMillis()
                        + " ms late itself: others use this machine");
            }
        }

        private List<SoakSample> soak(double rate) throws InterruptedException {
            int calls = math.callsFor(rate);
            say("steady load for %d min, %d calls", plan.soak().toMinutes(), calls);
            Trial.Setup setup = new Trial.Setup("soak", Optional.empty(), plan.guarantee(), UnaryOperator.identity());
            try (Trial trial = prepare(setup);
                    ChunkSender sender = trial.sender()) {
                trial.start();
                Duration step = plan.soak().dividedBy(MOST_SOAK_SAMPLES);
                SoakWatch watch = SoakWatch.start(
                        trial.tags(), step.compareTo(sizes.soakStep()) < 0 ? sizes.soakStep() : step, clock);
                Traffic.Sent sent =
                        traffic.sendLive(sender, calls, SOAK_CALL, clock.now().plus(plan.soak()), clock);
                List<SoakSample> samples = watch.stop();
                trial.tags().await(sent.windows(math::windowsOf), patience(sent.windows(math::windowsOf)));
                samples.forEach(sample -> say(
                        "after %d s heap %.1f MiB",
                        sample.at().toSeconds(), sample.memory().heapMiB()));
                return samples;
            }
        }

        private Ramp ramp(Optional<BenchReport.Peak> peak) throws InterruptedException {
            double alone = peak.isPresent() ? peak.get().bareWindowsPerSecond() : bare();
            int step = plan.rampStep() > 0 ? plan.rampStep() : math.callsFor(alone / RAMP_STEPS_TO_ENCODER);
            say("encoder alone: %.0f windows/s; live, %d calls more with each step", alone, step);
            try (Trial trial = prepare(setup("ramp", Optional.empty(), false));
                    ChunkSender sender = trial.sender()) {
                trial.start();
                Traffic.LiveCalls live = traffic.live(sender, RAMP_CALL, clock);
                RampMeter meter = new RampMeter(trial, live, math, Duration.ofSeconds(plan.seconds()), clock);
                Ramp ramp = meter.climb(
                        step,
                        plan.rampSteps(),
                        at -> say("%d calls: p50 %d, p99 %d ms", at.calls(), at.p50Millis(), at.p99Millis()));
                Traffic.Sent sent = live.sendUntil(clock.now());
                sender.flush();
                long windows = sent.windows(math::windowsOf);
                awaitAll(trial.tags(), windows, patience(windows));
                ramp.limit()
                        .filter(last -> last.worstLateness().toMillis() > LATE_MILLIS)
                        .ifPresent(last -> warnings.add("ramp: the live load was up to "
                                + last.worstLateness().toMillis() + " ms late itself at " + last.calls() + " calls"));
                return ramp;
            }
        }

        // ---- without Kafka

        private List<PromptCost> prompts() {
            TaggingRules rules = new TaggingRules(0.2, 0.5, true, new Listing(64, Set.of()));
            Tagger tagger =
                    new Tagger(spec, bundle.calibration(), bundle.manifest().probabilityTemperature(), rules);
            List<Encoding> answers =
                    IdentityEncoder.answers(bundle.calibration().dim());
            Window window = Window.of(0, new float[spec.windowSamples()], new WindowQuality(1, 1, 0, false));
            List<PromptCost> costs = new ArrayList<>();
            for (int count : sizes.promptCounts()) {
                say("%d prompts", count);
                PromptBank bank = PromptBank.of("bench", "1", PromptWords.prompts(count), bundle.textEncoder());
                costs.add(new PromptCost(count, micros(tagger, window, answers, bank)));
            }
            return costs;
        }

        /// The second half counts.
        private double micros(Tagger tagger, Window window, List<Encoding> answers, PromptBank bank) {
            double micros = 0;
            for (int half = 0; half < 2; half++) {
                long start = System.nanoTime();
                long elapsed = 0;
                int windows = 0;
                int ranked = 0;
                while (elapsed < sizes.promptTime().toNanos()) {
                    for (Encoding answer : answers) {
                        ranked += tagger.tag(window, answer, bank).quality().partial() ? 0 : 1;
                    }
                    windows += answers.size();
                    elapsed = System.nanoTime() - start;
                }
                if (ranked != windows) {
                    throw new IllegalStateException("every window is whole");
                }
                micros = elapsed / 1e3 / windows;
            }
            return micros;
        }

        private BatchSweep batches() {
            say("encoder alone, batch by batch");
            return sweepMeter().measure("encoder", bundle.encoderGraph());
        }

        private BatchSweep wavLm() {
            say("an encoder of the size of WavLM base alone, batch by batch");
            return sweepMeter().measure("WavLM base", WavLm.graph(sizes.wavLm(), spec.windowSamples(), 1));
        }

        private SweepMeter sweepMeter() {
            return new SweepMeter(plan, sizes.mostBatch(), bareLength(), System::nanoTime, warnings::add);
        }
    }
}
