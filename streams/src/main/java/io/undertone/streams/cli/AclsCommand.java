package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Topics;
import io.undertone.streams.Rights;
import io.undertone.streams.config.UndertoneConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone acls`.
@Command(
        name = "acls",
        mixinStandardHelpOptions = true,
        description = "Prints the rights that each user needs on a cluster that checks them. Asks no broker.",
        footer = "Run what it prints with Kafka's own kafka-acls.sh, as a user that may change rights.")
final class AclsCommand implements Callable<Integer> {

    /// Who uses the cluster.
    enum Part {
        /// `run`.
        TAGGER,
        /// `replay`, `event`, and whatever else sends calls.
        GATEWAY,
        /// `watch`.
        ANALYST,
        /// `prompts`.
        EDITOR,
        /// `erase`.
        ERASER,
        /// `label`.
        LABELLER,
        /// `collect`.
        TRAINER,
        /// `rescore`.
        RESCORER;

        String user() {
            return this == TAGGER ? "undertone" : "undertone-" + name().toLowerCase(Locale.ROOT);
        }

        List<Rights> rights(Topics topics, String applicationId, boolean retrainingFeed, String results) {
            return switch (this) {
                case TAGGER -> Rights.ofTagger(topics, applicationId, retrainingFeed);
                case GATEWAY -> Rights.ofGateway(topics);
                case ANALYST -> Rights.ofAnalyst(topics);
                case EDITOR -> Rights.ofEditor(topics);
                case ERASER -> Rights.ofEraser(topics);
                case LABELLER -> Rights.ofLabeller(topics);
                case TRAINER -> Rights.ofTrainer(topics);
                case RESCORER -> Rights.ofRescorer(topics, applicationId, results);
            };
        }
    }

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = "--for",
            paramLabel = "PART",
            description =
                    "tagger, gateway, analyst, editor, eraser, labeller, trainer or, with --to, rescorer (default:"
                            + " each of them)")
    private @Nullable Part part;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "name of the user, without 'User:' (default: undertone, undertone-gateway, ...)")
    private @Nullable String user;

    @Option(
            names = "--application-id",
            paramLabel = "ID",
            description = "the tagger's kafka.application-id (default: that of --config, else undertone)")
    private @Nullable String applicationId;

    @Option(
            names = "--retraining-feed",
            description = "the tagger keeps embeddings to retrain from (default: as --config says)")
    private boolean retrainingFeed;

    @Option(names = "--to", paramLabel = "PREFIX", description = "the rescorer's --to")
    private String results = "";

    @Option(
            names = "--strimzi",
            paramLabel = "CLUSTER",
            description = "print KafkaUser resources for this cluster of the Strimzi operator")
    private @Nullable String strimzi;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (Part each : parts()) {
            List<Rights> rights = each.rights(kafka.topics(), applicationId(), keepsEmbeddings(), results);
            String name = user == null ? each.user() : user;
            out.print(
                    strimzi == null
                            ? KafkaAcls.commands(rights, name, kafka.servers())
                            : KafkaAcls.strimzi(rights, name, strimzi));
        }
        return 0;
    }

    /// Without a prefix a rescorer would write into the live topics.
    private List<Part> parts() {
        if (part == Part.RESCORER && results.isEmpty()) {
            throw new InvalidInputException("--for rescorer needs --to PREFIX, as 'rescore' does");
        }
        return part != null
                ? List.of(part)
                : Stream.of(Part.values())
                        .filter(each -> each != Part.RESCORER || !results.isEmpty())
                        .toList();
    }

    private boolean keepsEmbeddings() {
        UndertoneConfig file = kafka.file();
        return retrainingFeed || (file != null && file.retrainingFeed().enabled());
    }

    private String applicationId() {
        if (applicationId != null) {
            return applicationId;
        }
        UndertoneConfig file = kafka.file();
        return file == null ? "undertone" : file.kafka().applicationId();
    }
}
