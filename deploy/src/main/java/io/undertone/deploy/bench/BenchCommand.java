package io.undertone.deploy.bench;

import io.undertone.audio.Codec;
import io.undertone.audio.InvalidInputException;
import io.undertone.deploy.bench.BenchPlan.Part;
import io.undertone.model.InferenceDevice;
import io.undertone.model.Precision;
import io.undertone.streams.cli.BundleOptions;
import io.undertone.streams.cli.TagJson;
import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone bench`.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Puts load on a tagger in this process and measures it end to end: throughput against the encoder"
                + " alone, latency, processor time by stage, memory.",
        footer = {
            "",
            "Parts: peak (a backlog, end to end, against the encoder alone), latency (live load at a share of the"
                + " peak), identity (an encoder that answers at once, many prompts), growth (1, 2 and 4 times as many"
                + " calls), prompts (ranking alone, 4 to 4096 prompts), batches (the encoder alone, batches of 1 to"
                + " 256, against what the device can multiply), wavlm (the same with an encoder of the size of WavLM"
                + " base and random weights; some 4 GB of memory), ramp (live load of more and more calls until the"
                + " tagger does not keep up, some minutes). Live load with the first five takes some minutes."
                + " docs/benchmarks.md says what the figures are."
        })
public final class BenchCommand implements Callable<Integer> {

    @Mixin
    private BundleOptions model = new BundleOptions();

    @Option(
            names = "--parts",
            split = ",",
            paramLabel = "PART",
            description = "what to measure: ${COMPLETION-CANDIDATES} (default: all but batches, wavlm, ramp)")
    private Set<Part> parts = EnumSet.complementOf(EnumSet.copyOf(BenchPlan.ONLY_NAMED));

    @Option(names = "--seconds", paramLabel = "N", description = "length of each measurement, about (default: 20)")
    private int seconds = 20;

    @Option(
            names = "--max-windows",
            paramLabel = "N",
            description = "of one backlog at most (default: ${DEFAULT-VALUE})",
            defaultValue = "60000")
    private int maxWindows;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description = "steady load at the same share of the peak for so long; memory is looked at (default: 0)")
    private int soakMinutes;

    @Option(
            names = "--calls",
            paramLabel = "N",
            description = "side by side in a backlog (default: ${DEFAULT-VALUE}); live load has as many as its rate"
                    + " wants",
            defaultValue = "64")
    private int calls;

    @Option(
            names = "--channels",
            paramLabel = "N",
            description = "of a call, all customers (default: ${DEFAULT-VALUE})",
            defaultValue = "1")
    private int channels;

    @Option(
            names = "--chunk-ms",
            paramLabel = "N",
            description = "length of a chunk (default: ${DEFAULT-VALUE})",
            defaultValue = "200")
    private int chunkMillis;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})",
            defaultValue = "PCM_MULAW")
    private Codec codec = Codec.PCM_MULAW;

    @Option(
            names = "--speech",
            paramLabel = "SHARE",
            description = "share of the audio in which somebody speaks (default: ${DEFAULT-VALUE}: every window is"
                    + " encoded)",
            defaultValue = "1")
    private double speech;

    @Option(
            names = "--bank-size",
            paramLabel = "N",
            description = "prompts of the part 'identity' (default: ${DEFAULT-VALUE})",
            defaultValue = "512")
    private int prompts;

    @Option(
            names = "--live-share",
            paramLabel = "SHARE",
            description = "of the peak that live load has (default: ${DEFAULT-VALUE})",
            defaultValue = "0.5")
    private double liveShare;

    @Option(
            names = "--ramp-step",
            paramLabel = "CALLS",
            description = "calls that begin with each step of the part 'ramp' (default: as many as give a tenth of the"
                    + " windows that the encoder alone does)")
    private int rampStep;

    @Option(
            names = "--ramp-steps",
            paramLabel = "N",
            description = "steps of the part 'ramp' at most (default: ${DEFAULT-VALUE})",
            defaultValue = "15")
    private int rampSteps;

    @Option(
            names = "--guarantee",
            paramLabel = "GUARANTEE",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}, and latencies of both)",
            defaultValue = "EXACTLY_ONCE")
    private Guarantee guarantee = Guarantee.EXACTLY_ONCE;

    @Option(
            names = "--commit-ms",
            paramLabel = "N",
            description = "commit interval (default: ${DEFAULT-VALUE})",
            defaultValue = "50")
    private int commitMillis;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "tasks of the tagger (default: ${DEFAULT-VALUE})",
            defaultValue = "4")
    private int partitions;

    @Option(
            names = "--stream-threads",
            paramLabel = "N",
            description = "(default: ${DEFAULT-VALUE})",
            defaultValue = "2")
    private int streamThreads;

    @Option(
            names = "--encoder-threads",
            paramLabel = "N",
            description = "threads of one run on the CPU (default: the physical cores)")
    private int encoderThreads;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            description = "windows of a run of the encoder at most (default: ${DEFAULT-VALUE})",
            defaultValue = "32")
    private int maxBatch;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu or cuda:N (default: ${DEFAULT-VALUE})",
            defaultValue = "cpu")
    private String device = "cpu";

    @Option(
            names = "--precision",
            split = ",",
            paramLabel = "PRECISION",
            description =
                    "of the encoder: ${COMPLETION-CANDIDATES} (default: float32). With both, separated by a comma,"
                            + " batches and wavlm measure both, and the tagger has the first")
    private Set<Precision> precisions = new LinkedHashSet<>(Set.of(Precision.FLOAT32));

    @Option(
            names = "--bootstrap",
            paramLabel = "HOST:PORT",
            description = "a cluster to use, on which topics bench-* are made and removed (default: a broker in this"
                    + " process)")
    private @Nullable String bootstrap;

    @Option(names = "--plot", paramLabel = "FILE", description = "writes the figures as an HTML page")
    private @Nullable Path plot;

    @Option(names = "--profile", paramLabel = "FILE.jfr", description = "writes a flight recording of the whole run")
    private @Nullable Path profile;

    @Option(names = "--json", description = "one JSON object, last on stdout, instead of the table")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        model.check();
        BenchPlan plan = plan();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        BenchReport report;
        try (Recording recording = new Recording(profiling())) {
            if (profile != null) {
                recording.start();
            }
            report = new Bench(plan, err).run();
            if (profile != null) {
                recording.stop();
                recording.dump(profile);
            }
        } catch (IOException e) {
            throw new InvalidInputException("the flight recording cannot be written: " + e.getMessage(), e);
        }
        if (plot != null) {
            BenchPage.write(report, plot);
        }
        if (json) {
            out.println(TagJson.write(report.json()));
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
        return 0;
    }

    private static Configuration profiling() throws IOException {
        try {
            return Configuration.getConfiguration("profile");
        } catch (ParseException e) {
            throw new IllegalStateException("the JDK has a configuration 'profile'", e);
        }
    }

    private BenchPlan plan() {
        check("--seconds", seconds, 1, 600);
        check("--max-windows", maxWindows, 100, 2_000_000);
        check("--soak", soakMinutes, 0, 24 * 60);
        check("--calls", calls, 1, 20_000);
        check("--channels", channels, 1, 16);
        check("--chunk-ms", chunkMillis, 20, 5_000);
        check("--bank-size", prompts, 64, PromptWords.MOST);
        check("--ramp-step", rampStep, 0, 20_000);
        check("--ramp-steps", rampSteps, 1, 1_000);
        check("--commit-ms", commitMillis, 1, 10_000);
        check("--partitions", partitions, 1, 1_000);
        check("--stream-threads", streamThreads, 1, partitions);
        check("--encoder-threads", encoderThreads, 0, 1_024);
        check("--max-batch", maxBatch, 1, 512);
        checkShare("--speech", speech, 0);
        checkShare("--live-share", liveShare, 0.01);
        if (chunkMillis % 20 != 0 || 30_000 % chunkMillis != 0) {
            throw new InvalidInputException("--chunk-ms must be a multiple of 20 ms that divides 30 s: " + chunkMillis);
        }
        boolean wantsPeak = parts.contains(Part.LATENCY) || soakMinutes > 0;
        if (wantsPeak && !parts.contains(Part.PEAK)) {
            throw new InvalidInputException("live load is a share of the peak: --parts must have 'peak' too");
        }
        InferenceDevice where = InferenceDevice.parse(device.toLowerCase(Locale.ROOT));
        if (where instanceof InferenceDevice.Auto) {
            throw new InvalidInputException("--device must be cpu or cuda:N: 'auto'");
        }
        return new BenchPlan(
                model.bundle(),
                new Load(channels, Duration.ofMillis(chunkMillis), codec, speech),
                calls,
                seconds,
                maxWindows,
                prompts,
                liveShare,
                rampStep,
                rampSteps,
                Duration.ofMinutes(soakMinutes),
                parts,
                guarantee,
                Duration.ofMillis(commitMillis),
                partitions,
                streamThreads,
                encoderThreads,
                maxBatch,
                where,
                List.copyOf(precisions),
                Optional.ofNullable(bootstrap));
    }

    private static void check(String option, int value, int low, int high) {
        if (value < low || value > high) {
            throw new InvalidInputException(option + " must be in [" + low + ", " + high + "]: " + value);
        }
    }

    private static void checkShare(String option, double value, double low) {
        if (!(value >= low && value <= 1)) {
            throw new InvalidInputException(option + " must be in [" + low + ", 1]: " + value);
        }
    }
}
