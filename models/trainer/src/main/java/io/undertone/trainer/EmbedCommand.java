package io.undertone.trainer;

import io.undertone.trainer.retraining.EmbeddingFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `embed`: labelled speech as embeddings, for `train --from`.
@Command(
        name = "embed",
        mixinStandardHelpOptions = true,
        description = {
            "Writes what a bundle says of each window of labelled speech, with the label, a JSON object a line:",
            "what `train --from` learns from and is measured on. No voice can be heard from it, but keep it like one:",
            "embeddings of a person are personal data."
        })
final class EmbedCommand implements Callable<Integer> {

    @Option(names = "--bundle", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    Path bundle = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            required = true,
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar.")
    Path corpus = Path.of("");

    @Option(names = "--only", paramLabel = "NAME", split = ",", description = "Corpora (default: all).")
    List<String> only = List.of();

    @Option(
            names = "--unheard",
            description = "Of corpora that the bundle learned from only the speakers that it has not heard: the old"
                    + " evaluation set.")
    boolean unheard;

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        new CorpusEmbeddings(bundle, corpus, only, unheard, cache.folder(), Progress.bars())
                .each(record -> out.println(EmbeddingFile.toLine(record)));
        out.flush();
        return 0;
    }
}
