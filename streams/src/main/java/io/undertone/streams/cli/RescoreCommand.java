package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Topics;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.ExitCode;
import io.undertone.streams.Rescoring;
import io.undertone.streams.TaggerCounters;
import io.undertone.streams.config.UndertoneConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone rescore`.
@Command(
        name = "rescore",
        mixinStandardHelpOptions = true,
        description = "Scores past calls again, with another bundle or other prompts, into topics of its own.",
        footer = {
            "Reads all audio that is still there, beside the live tagger and without disturbing it, and ends by"
                    + " itself.",
            "Calls that were withdrawn or erased are left out. The topics of the results are created; delete them when"
                    + " you are done with them."
        })
final class RescoreCommand implements Callable<Integer> {

    private static final long SAY_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "configuration of the live tagger ('run')")
    private Path config = Path.of("undertone.yaml");

    @Option(
            names = "--to",
            paramLabel = "PREFIX",
            required = true,
            description = "stands before the names of the topics of the results, for example 'trial-1.'")
    private String to = "";

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "score with this bundle (default: the configured one)")
    private @Nullable Path bundle;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "score with these prompts (default: the bank that the live tagger uses)")
    private @Nullable Path prompts;

    @Option(
            names = "--bank",
            paramLabel = "ID",
            description = "score with this bank of the topic of prompt banks, for example one that is only on trial")
    private @Nullable String bank;

    @Option(names = "--call", paramLabel = "ID", description = "only this call; may be given more than once")
    private Set<String> calls = new LinkedHashSet<>();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (prompts != null && bank != null) {
            throw new InvalidInputException("--prompts and --bank exclude each other");
        }
        UndertoneConfig with = UndertoneConfig.read(config);
        with = bundle == null ? with : with.withBundle(bundle);
        with = prompts == null ? with : with.withPrompts(Optional.of(prompts));
        PrintWriter err = spec.commandLine().getErr();
        Rescoring.Order order = new Rescoring.Order(with, to, calls, bank(with));
        CountDownLatch over = new CountDownLatch(1);
        try (Rescoring rescoring = Rescoring.start(order)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(rescoring, over), "rescoring-close"));
            Said said = new Said(err, System.nanoTime());
            ExitCode code = rescoring.await(said);
            said.summary(to);
            return code.code();
        } finally {
            over.countDown();
        }
    }

    /// On Ctrl-C: waits until what was made is cleared away.
    private static void end(Rescoring rescoring, CountDownLatch over) {
        rescoring.stop();
        try {
            if (!over.await(30, TimeUnit.SECONDS)) {
                System.err.println("undertone: the rescoring did not end in time; its internal topics are left behind");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The bank of the topic, as it is now; it does not change while calls are scored.
    private Optional<PromptBankRecord> bank(UndertoneConfig with) {
        Topics topics = Topics.defaults().withPrefix(with.topicPrefix());
        Map<String, Object> client = KafkaOptions.client(with);
        Brokers.requireTopics(
                client,
                List.of(topics.audioChunks(), topics.callEvents(), topics.promptBanks()),
                spec.commandLine().getErr());
        if (prompts != null) {
            return Optional.empty();
        }
        String id = bank == null ? with.promptBank() : bank;
        Map<String, PromptBankRecord> banks = new BankTopic(
                        client,
                        topics.promptBanks(),
                        AvroSerdes.of(with.schemaRegistry().serdeConfig()))
                .read();
        if (bank != null && !banks.containsKey(id)) {
            throw new InvalidInputException("topic " + topics.promptBanks().name() + " holds no bank '" + id
                    + "'; it holds: " + String.join(", ", banks.keySet()));
        }
        return Optional.ofNullable(banks.get(id));
    }

    /// Says how far it is, every few seconds.
    private static final class Said implements Consumer<Rescoring.Progress> {

        private final PrintWriter err;
        private final long startNanos;
        private long saidNanos;
        private Rescoring.@Nullable Progress last;

        Said(PrintWriter err, long startNanos) {
            this.err = err;
            this.startNanos = startNanos;
            this.saidNanos = startNanos;
        }

        @Override
        public void accept(Rescoring.Progress progress) {
            last = progress;
            long now = System.nanoTime();
            if (now - saidNanos >= SAY_EVERY_NANOS) {
                saidNanos = now;
                err.printf(
                        "undertone: read %,d of %,d chunks, %,d windows tagged%n",
                        progress.read(), progress.total(), progress.counters().tags());
                err.flush();
            }
        }

        void summary(String prefix) {
            Rescoring.Progress end = last;
            if (end == null) {
                return;
            }
            TaggerCounters.Snapshot counters = end.counters();
            err.printf(
                    "undertone: %,d windows of %,d of %,d chunks tagged in %.1f s, in topics %s...; %,d chunks blocked"
                            + " by policy, %d calls withdrawn or erased, %,d dead letters%n",
                    counters.tags(),
                    end.read(),
                    end.total(),
                    (System.nanoTime() - startNanos) / 1e9,
                    prefix,
                    counters.blockedChunks(),
                    end.withdrawnCalls(),
                    counters.deadLetters());
        }
    }
}
