package io.undertone.streams.cli;

import io.undertone.audio.AudioFile;
import io.undertone.audio.InvalidInputException;
import io.undertone.audio.Waveform;
import io.undertone.model.InferenceDevice;
import io.undertone.schemas.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `undertone tag`.
@Command(
        name = "tag",
        mixinStandardHelpOptions = true,
        description = "Tags audio files with the windows and the inference of the stream, without Kafka.",
        footer = "The same input gives the same bytes on every run. A file that cannot be read is named on stderr, the"
                + " others are tagged, and the exit code is 1.")
final class TagCommand implements Callable<Integer> {

    private static final int MAX_WORKERS = 16;

    @Mixin
    private BundleOptions model = new BundleOptions();

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "WAV or Ogg Opus files, or folders of them")
    private List<Path> paths = new ArrayList<>();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "CUSTOMER",
            description = "whose voice it is; only customers are tagged (default: customer)")
    private Role role = Role.CUSTOMER;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "auto, cpu or cuda:N (default: ${DEFAULT-VALUE})")
    private String device = "cpu";

    @Option(names = "--json", description = "one JSON object a window")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    /// What became of one file.
    private sealed interface Outcome {

        record Tagged(List<String> lines) implements Outcome {}

        record Refused(InvalidInputException why) implements Outcome {}
    }

    @Override
    public Integer call() throws InterruptedException {
        if (role != Role.CUSTOMER) {
            throw new InvalidInputException("--role must be customer: " + role
                    + " (inferring the emotions of people at work is banned in the EU, and of others nobody knows"
                    + " whether they were told)");
        }
        PrintWriter err = spec.commandLine().getErr();
        List<Path> files = new ArrayList<>();
        int refused = 0;
        for (Path path : paths) {
            try {
                files.addAll(filesOf(path));
            } catch (InvalidInputException e) {
                err.println(Failures.line(e));
                refused++;
            }
        }
        model.check();
        if (!files.isEmpty()) {
            refused += tagAll(files);
        }
        return refused == 0 ? 0 : Failures.FAILED;
    }

    /// Files are tagged side by side, a core each, and printed in their order.
    ///
    /// @return how many could not be tagged
    private int tagAll(List<Path> files) throws InterruptedException {
        InferenceDevice on = InferenceDevice.parse(device);
        int workers = on instanceof InferenceDevice.Cpu
                ? Math.min(Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS), files.size())
                : 1;
        Progress progress = Progress.start(spec.commandLine().getErr(), files.size());
        int refused = 0;
        try (FileTaggers taggers = FileTaggers.open(model, on, workers);
                ExecutorService executor = Executors.newFixedThreadPool(workers)) {
            Deque<Future<Outcome>> running = new ArrayDeque<>();
            try {
                for (Path file : files) {
                    if (running.size() == 4 * workers) {
                        refused += print(running.remove(), progress);
                    }
                    running.add(executor.submit(() -> tag(file, taggers)));
                }
                while (!running.isEmpty()) {
                    refused += print(running.remove(), progress);
                }
            } catch (InterruptedException | RuntimeException e) {
                executor.shutdownNow();
                throw e;
            }
        }
        progress.end();
        return refused;
    }

    private Outcome tag(Path file, FileTaggers taggers) throws InterruptedException {
        try {
            List<String> lines = new ArrayList<>();
            List<Waveform> waveforms = AudioFile.read(file);
            for (int i = 0; i < waveforms.size(); i++) {
                String channel = AudioFile.channelName(i, waveforms.size());
                for (TagView tag : taggers.tag(waveforms.get(i), channel)) {
                    lines.add(
                            json
                                    ? taggers.json().ofFile(file.toString(), tag)
                                    : TagLines.forStdout().ofFile(tag));
                }
            }
            if (!json) {
                lines.addFirst(file.toString());
            }
            return new Outcome.Tagged(lines);
        } catch (InvalidInputException e) {
            return new Outcome.Refused(e);
        }
    }

    private int print(Future<Outcome> running, Progress progress) throws InterruptedException {
        Outcome outcome;
        try {
            outcome = running.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
        progress.clear();
        int refused = 0;
        switch (outcome) {
            case Outcome.Tagged(List<String> lines) -> {
                PrintWriter out = spec.commandLine().getOut();
                lines.forEach(out::println);
            }
            case Outcome.Refused(InvalidInputException why) -> {
                spec.commandLine().getErr().println(Failures.line(why));
                refused++;
            }
        }
        progress.step();
        return refused;
    }

    /// A file itself, or the audio in a folder and its folders, sorted.
    private static List<Path> filesOf(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> tree = Files.walk(path)) {
            List<Path> files = tree.filter(Files::isRegularFile)
                    .filter(CallFiles::isAudio)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new InvalidInputException(path + " holds no audio; expected .wav, .opus or .ogg files");
            }
            return files;
        } catch (IOException e) {
            throw new InvalidInputException(path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
