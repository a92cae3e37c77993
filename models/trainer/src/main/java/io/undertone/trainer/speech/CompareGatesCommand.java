package io.undertone.trainer.speech;

import io.undertone.audio.AudioFile;
import io.undertone.audio.InvalidInputException;
import io.undertone.audio.Resampler;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.model.SpeechDetector;
import io.undertone.trainer.CacheOption;
import io.undertone.trainer.Progress;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.evaluation.Table;
import io.undertone.window.WindowSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `compare-gates`: what the speech gates let pass.
@Command(
        name = "compare-gates",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the speech gates on windows of known truth: voices that the bundle did not learn from, in quiet,",
            "noise and music; noises from recordings that its detector did not learn from; music of other seeds and of",
            "other instruments. Figures are shares of windows that pass, with 95 % intervals over speakers or"
                    + " recordings."
        })
public final class CompareGatesCommand implements Callable<Integer> {

    private static final int CLIPS = 300;

    @Option(names = "--bundle", paramLabel = "DIR", required = true, description = "The bundle's folder.")
    Path bundle = Path.of("");

    @Option(names = "--config", paramLabel = "FILE", required = true, description = "That of train-speech.")
    Path config = Path.of("");

    @Option(
            names = "--corpus",
            paramLabel = "DIR",
            defaultValue = "../shared/corpora",
            description = "Folder with labels.csv and each corpus as NAME/ or NAME.tar (default: ${DEFAULT-VALUE}).")
    Path corpus = Path.of("");

    @Option(
            names = "--unseen",
            paramLabel = "NAME",
            split = ",",
            description = "Corpora that neither the bundle nor its detector learned from.")
    List<String> unseen = List.of();

    @Option(
            names = "--calls",
            paramLabel = "DIR",
            description = "Also WAV files of calls, sides CALL_agent and CALL_caller or CALL_customer.")
    @Nullable
    Path calls;

    @Option(names = "--silero", paramLabel = "FILE", description = "Also Silero VAD 5 or 6, its ONNX file.")
    @Nullable
    Path silero;

    @Option(names = "--markdown", description = "The tables in Markdown.")
    boolean markdown;

    @Mixin
    private CacheOption cache = new CacheOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Override
    public Integer call() {
        SpeechSpec how = SpeechSpec.read(config);
        try (ModelBundle open = ModelBundle.open(bundle)) {
            if (open.manifest().speechDetector().isEmpty()) {
                throw new InvalidInputException(
                        bundle + " has no speech detector; './undertone train-speech' adds one");
            }
            try (SpeechDetector detector = open.openSpeechDetector(new InferenceOptions(1, false));
                    OptionalSilero other = OptionalSilero.of(silero)) {
                Map<String, Gate> gates = new LinkedHashMap<>();
                gates.put("energy", Gate.energy());
                gates.put("detector", Gate.of(detector));
                gates.put("energy, then detector", Gate.both(Gate.energy(), Gate.of(detector)));
                other.addTo(gates);
                compare(open, how, new GateComparison(gates, Progress.bars()));
            }
        }
        return 0;
    }

    /// @param gate none where no file was named
    private record OptionalSilero(@Nullable SileroGate gate) implements AutoCloseable {

        static OptionalSilero of(@Nullable Path file) {
            return new OptionalSilero(file == null ? null : SileroGate.open(file));
        }

        void addTo(Map<String, Gate> gates) {
            if (gate != null) {
                gates.put("Silero VAD", gate);
            }
        }

        @Override
        public void close() {
            if (gate != null) {
                gate.close();
            }
        }
    }

    private void compare(ModelBundle open, SpeechSpec how, GateComparison comparison) {
        print(comparison.trials(trials(open, how)));
        if (calls != null) {
            print(comparison.calls(sides(calls, open.windowSpec())));
        }
    }

    private List<Trial> trials(ModelBundle open, SpeechSpec how) {
        int windowSamples = open.windowSpec().windowSamples();
        SpeechData data = SpeechData.open(open.manifest(), how, corpus, cache.folder(), Progress.bars());
        List<String> noises = data.noises().test();
        List<Clip> bursts = SpeechData.verbal(data.test(), how, false);
        List<Trial> trials = new ArrayList<>(new Trials(data.corpus().audio(), windowSamples, how.seed() + 3)
                .voices("speech", SpeechData.verbal(data.test(), how, true), CLIPS, noises, HoldMusic.UNHEARD)
                .quiet("laughs, sighs, groans", bursts, CLIPS)
                .noises(noises)
                .music("music, instruments it learned", HoldMusic.LEARNED)
                .music("music, other instruments", HoldMusic.UNHEARD)
                .line()
                .all());
        if (!unseen.isEmpty()) {
            Corpus foreign = Corpus.open(
                    corpus, unseen, how.noise(), Integer.MAX_VALUE, how.seed(), cache.folder(), Progress.bars());
            trials.addAll(new Trials(foreign.audio(), windowSamples, how.seed() + 4)
                    .voices("unseen corpus", foreign.clips(), CLIPS, noises, HoldMusic.UNHEARD)
                    .all());
        }
        return trials;
    }

    /// Windows of all WAV files at the bundle's hop, by call.
    private static Map<String, List<List<float[]>>> sides(Path folder, WindowSpec spec) {
        Map<String, List<List<float[]>>> sides = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.toString().endsWith(".wav")).sorted().forEach(file -> {
                String call = String.valueOf(file.getFileName()).replaceFirst("_(agent|caller|customer)\\.wav$", "");
                sides.computeIfAbsent(call, _ -> new ArrayList<>()).add(windows(file, spec));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be listed", e);
        }
        return sides;
    }

    private static List<float[]> windows(Path file, WindowSpec spec) {
        float[] samples = Resampler.resample(AudioFile.read(file).getFirst(), spec.sampleRateHz())
                .toArray();
        List<float[]> windows = new ArrayList<>();
        for (int from = 0; from + spec.windowSamples() <= samples.length; from += spec.hopSamples()) {
            windows.add(Arrays.copyOfRange(samples, from, from + spec.windowSamples()));
        }
        return windows;
    }

    private void print(List<Table> tables) {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        tables.forEach(table -> out.println(markdown ? table.toMarkdown() : table.toText()));
        out.flush();
    }
}
