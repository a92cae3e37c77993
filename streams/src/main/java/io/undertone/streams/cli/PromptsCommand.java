package io.undertone.streams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.SentenceEncoder;
import io.undertone.rank.Prompt;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.serde.AvroSerdes;
import io.undertone.streams.PromptSet;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `undertone prompts`.
@Command(
        name = "prompts",
        mixinStandardHelpOptions = true,
        description = "Shows and changes the prompts of running taggers.",
        synopsisSubcommandLabel = "(list | put | diff)",
        subcommands = {PromptsCommand.ListBanks.class, PromptsCommand.Put.class, PromptsCommand.Diff.class})
final class PromptsCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand: list, put or diff");
    }

    /// What the three have in common.
    abstract static class OnTopic implements Callable<Integer> {

        @Mixin
        private KafkaOptions kafka = new KafkaOptions();

        @Option(names = "--json", description = "JSON for machines")
        private boolean json;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli
        private CommandSpec spec;

        BankTopic topic() {
            TopicSpec<PromptBankRecord> topic = kafka.topics().promptBanks();
            Map<String, Object> client = kafka.client();
            Brokers.requireTopics(client, List.of(topic), spec.commandLine().getErr());
            return new BankTopic(client, topic, AvroSerdes.of(kafka.registry()));
        }

        PrintWriter out() {
            return spec.commandLine().getOut();
        }

        PrintWriter err() {
            return spec.commandLine().getErr();
        }

        boolean json() {
            return json;
        }
    }

    /// `undertone prompts list`.
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Prints the banks that are on the topic.")
    static final class ListBanks extends OnTopic {

        @Override
        public Integer call() {
            Map<String, PromptBankRecord> banks = topic().read();
            if (banks.isEmpty()) {
                err().println("undertone: no bank is there: taggers use the prompts of their configuration");
            }
            banks.values().forEach(bank -> out().println(json() ? line(bank) : text(bank)));
            return 0;
        }

        private static String text(PromptBankRecord bank) {
            StringBuilder text = new StringBuilder("bank " + bank.getId() + "  version " + bank.getVersion() + "  put "
                    + bank.getUpdatedAt().truncatedTo(ChronoUnit.SECONDS));
            if (bank.getAuthor() != null) {
                text.append(" by ").append(bank.getAuthor());
            }
            prompts(bank)
                    .forEach(prompt ->
                            text.append("\n  ").append(prompt.id()).append(": ").append(prompt.text()));
            return text.toString();
        }

        private static String line(PromptBankRecord bank) {
            ObjectNode line = TagJson.object();
            line.put("bank", bank.getId())
                    .put("version", bank.getVersion())
                    .put("updatedAt", bank.getUpdatedAt().toString())
                    .put("author", bank.getAuthor());
            BankDiff.prompts(line.putArray("prompts"), prompts(bank));
            return TagJson.write(line);
        }
    }

    /// What `put` and `diff` have in common.
    abstract static class WithFile extends OnTopic {

        @Parameters(paramLabel = "FILE", description = "JSON, as for 'tag --prompts'")
        private Path file = Path.of("prompts.json");

        @Option(
                names = "--bank",
                paramLabel = "ID",
                defaultValue = "default",
                description = "the bank (default: ${DEFAULT-VALUE}, which taggers use unless 'prompt-bank' says"
                        + " otherwise)")
        private String bank = "default";

        PromptSet prompts() {
            return PromptSet.read(file);
        }

        String bank() {
            if (bank.isBlank()) {
                throw new InvalidInputException("--bank must not be blank");
            }
            return bank;
        }

        BankDiff difference(Optional<PromptBankRecord> before, PromptSet after) {
            return BankDiff.of(before.map(PromptsCommand::prompts).orElse(List.of()), after.prompts());
        }
    }

    /// `undertone prompts put`.
    @Command(
            name = "put",
            mixinStandardHelpOptions = true,
            description =
                    "Puts a file's prompts on the topic. Running taggers change over at their next window, and say"
                            + " the version in every tag.",
            footer = "What cannot be used is refused here; what is on the topic then stays.")
    static final class Put extends WithFile {

        @Option(
                names = "--version",
                paramLabel = "V",
                description = "of these prompts (default: made of their content)")
        private @Nullable String version;

        @Option(names = "--author", paramLabel = "NAME", description = "who puts them (default: not said)")
        private @Nullable String author;

        @Override
        public Integer call() {
            PromptSet prompts = prompts();
            String wanted = version == null ? prompts.version() : version;
            check(prompts, wanted);
            BankTopic topic = topic();
            Optional<PromptBankRecord> before = Optional.ofNullable(topic.read().get(bank()));
            BankDiff difference = difference(before, prompts);
            boolean same = before.isPresent() && before.get().getVersion().equals(wanted);
            if (same && !difference.isEmpty()) {
                throw new InvalidInputException("bank '" + bank() + "' has other prompts under version '" + wanted
                        + "': give these a version of their own with --version");
            }
            if (!same) {
                topic.put(record(prompts, wanted));
            }
            report(difference, wanted, same);
            return 0;
        }

        private void report(BankDiff difference, String wanted, boolean same) {
            if (json()) {
                out().println(TagJson.write(difference
                        .json()
                        .put("bank", bank())
                        .put("version", wanted)
                        .put("put", !same)));
                return;
            }
            difference.lines().forEach(out()::println);
            out().println("bank " + bank() + " version " + wanted + (same ? " was there already" : ""));
        }

        private PromptBankRecord record(PromptSet prompts, String wanted) {
            return new PromptBankRecord(
                    bank(),
                    wanted,
                    prompts.prompts().stream()
                            .map(prompt -> new BankPrompt(prompt.id(), prompt.text()))
                            .toList(),
                    InstantSource.system().instant(),
                    author);
        }

        /// What a tagger would refuse, it refuses for the same reasons.
        private static void check(PromptSet prompts, String version) {
            if (version.isBlank()) {
                throw new InvalidInputException("--version must not be blank");
            }
            if (prompts.prompts().size() > PromptSet.MAX_PROMPTS) {
                throw new InvalidInputException("a bank must hold at most " + PromptSet.MAX_PROMPTS + " prompts: "
                        + prompts.prompts().size());
            }
            try (SentenceEncoder encoder = SentenceEncoder.open()) {
                for (Prompt prompt : prompts.prompts()) {
                    try {
                        List<float[]> _ = encoder.encode(List.of(prompt.text()));
                    } catch (InvalidInputException e) {
                        throw new InvalidInputException("prompt '" + prompt.id() + "': " + e.getMessage(), e);
                    }
                }
            }
        }
    }

    /// `undertone prompts diff`.
    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "Prints what 'put' would change: + added, - removed, ~ another text.",
            footer = "Nothing is printed when nothing would change.")
    static final class Diff extends WithFile {

        @Override
        public Integer call() {
            BankDiff difference = difference(Optional.ofNullable(topic().read().get(bank())), prompts());
            if (json()) {
                out().println(TagJson.write(difference.json().put("bank", bank())));
            } else {
                difference.lines().forEach(out()::println);
            }
            return 0;
        }
    }

    /// Leaves out what is no prompt: taggers have refused such a bank.
    private static List<Prompt> prompts(PromptBankRecord bank) {
        return bank.getPrompts().stream()
                .filter(prompt -> !prompt.getId().isBlank() && !prompt.getText().isBlank())
                .map(prompt -> new Prompt(prompt.getId(), prompt.getText()))
                .toList();
    }
}
