package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.model.Precision;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.cli.TopicSetup.Outcome;
import io.undertone.streams.config.UndertoneConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone doctor`.
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks at what the tagger needs: JDK, model, GPU, broker, topics, registry, clock.",
        footer = "Exit code 1 if something fails; a warning is no failure.")
final class DoctorCommand implements Callable<Integer> {

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private BundleOptions model = new BundleOptions();

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "auto, cpu or cuda:N (default: that of --config, else auto)")
    private @Nullable String device;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    private enum State {
        OK,
        WARN,
        FAIL
    }

    /// What was found, and what to do about it.
    private record Finding(State state, String what, String detail) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Finding> findings = new ArrayList<>();
        for (Callable<List<Finding>> check : List.<Callable<List<Finding>>>of(
                this::java, this::modelAndDevice, this::brokerAndTopics, this::registry, this::clock)) {
            for (Finding finding : outcome(check)) {
                out.printf(
                        "%-5s %-9s %s%n",
                        finding.state().name().toLowerCase(Locale.ROOT), finding.what(), finding.detail());
                out.flush();
                findings.add(finding);
            }
        }
        return findings.stream().anyMatch(finding -> finding.state() == State.FAIL) ? Failures.FAILED : 0;
    }

    private static List<Finding> outcome(Callable<List<Finding>> check) {
        try {
            return check.call();
        } catch (Exception e) {
            return List.of(new Finding(State.FAIL, "doctor", String.valueOf(e)));
        }
    }

    private List<Finding> java() {
        String what = Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " cores, heap of "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
        return List.of(new Finding(State.OK, "java", what));
    }

    private List<Finding> modelAndDevice() {
        Path folder = bundle();
        try (ModelBundle bundle = ModelBundle.open(folder)) {
            String name = bundle.manifest().name() + " " + bundle.manifest().version();
            Finding opened = new Finding(State.OK, "model", name + " in " + folder + ": hashes and golden window fit");
            return List.of(opened, device(bundle));
        } catch (InvalidInputException e) {
            return List.of(new Finding(
                    State.FAIL, "model", e.getMessage() + "; get the bundle anew, or name another with --bundle"));
        }
    }

    private Path bundle() {
        UndertoneConfig file = kafka.file();
        return model.named().orElseGet(() -> file == null ? model.bundle() : file.bundle());
    }

    private Finding device(ModelBundle bundle) {
        UndertoneConfig file = kafka.file();
        String wanted = device != null
                ? device
                : file == null ? "auto" : file.inference().device();
        InferenceOptions options = file == null
                ? InferenceOptions.defaults()
                : new InferenceOptions(
                        file.inference().threads(),
                        false,
                        file.inference().maxBatch(),
                        file.inference().precision());
        try (AudioEncoder encoder = bundle.openAudioEncoder(InferenceDevice.parse(wanted), options)) {
            if (encoder.device().equals("cpu") && !wanted.equals("cpu")) {
                return new Finding(
                        State.WARN,
                        "device",
                        "cpu: no GPU can be used; one needs CUDA 12, cuDNN 9 and a build with -Pgpu"
                                + " (UNDERTONE_GPU=1 in a checkout)");
            }
            String half = options.precision() == Precision.FLOAT16 ? " in float16" : "";
            return new Finding(State.OK, "device", encoder.device() + half);
        } catch (InvalidInputException e) {
            return new Finding(State.FAIL, "device", String.valueOf(e.getMessage()));
        }
    }

    private List<Finding> brokerAndTopics() {
        try (Admin admin = Brokers.connect(kafka.client(), spec.commandLine().getErr())) {
            int nodes = Brokers.ask(admin.describeCluster().nodes(), "describe the cluster")
                    .size();
            List<Finding> findings = new ArrayList<>();
            findings.add(new Finding(State.OK, "broker", kafka.servers() + ", " + nodes + " in the cluster"));
            findings.add(topics(TopicSetup.apply(admin, kafka.topics(), -1, true)));
            return findings;
        } catch (InvalidInputException e) {
            return List.of(new Finding(State.FAIL, "broker", String.valueOf(e.getMessage())));
        }
    }

    private static Finding topics(List<Outcome> outcomes) {
        List<String> missing = names(outcomes, Outcome.Missing.class);
        List<String> small = names(outcomes, Outcome.TooFewPartitions.class);
        List<String> hidden = names(outcomes, Outcome.Hidden.class);
        if (!missing.isEmpty()) {
            return new Finding(
                    State.FAIL, "topics", "missing: " + String.join(", ", missing) + "; run 'undertone topics'");
        }
        if (!hidden.isEmpty()) {
            return new Finding(State.WARN, "topics", "this user may not see: " + String.join(", ", hidden));
        }
        return small.isEmpty()
                ? new Finding(State.OK, "topics", "all " + outcomes.size() + " are there")
                : new Finding(
                        State.WARN, "topics", "fewer partitions than the catalogue's: " + String.join(", ", small));
    }

    private static List<String> names(List<Outcome> outcomes, Class<? extends Outcome> kind) {
        return outcomes.stream()
                .filter(kind::isInstance)
                .map(Outcome::topic)
                .<String>map(TopicSpec::name)
                .toList();
    }

    private List<Finding> registry() {
        if (kafka.registry().isEmpty()) {
            return List.of(
                    new Finding(State.OK, "registry", "none configured: records carry Avro's single-object encoding"));
        }
        try {
            AvroSerdes serdes = AvroSerdes.of(kafka.registry());
            serdes.check();
            return List.of(new Finding(State.OK, "registry", serdes.toString()));
        } catch (RuntimeException e) { // a registry fails in many ways; each message names its address
            return List.of(new Finding(State.FAIL, "registry", String.valueOf(e.getMessage())));
        }
    }

    /// Nothing is joined by wall clocks, but delays are measured with them.
    private List<Finding> clock() {
        boolean synchronised = Stream.of(
                        "/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid")
                .anyMatch(file -> Files.exists(Path.of(file)));
        return List.of(
                synchronised
                        ? new Finding(State.OK, "clock", "kept by a time service")
                        : new Finding(
                                State.WARN,
                                "clock",
                                "no sign of a time service (systemd-timesyncd, chrony, ntpd): measured delays are as"
                                        + " good as the clocks of gateway and tagger"));
    }
}
