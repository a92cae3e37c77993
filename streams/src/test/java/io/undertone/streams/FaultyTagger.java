package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.streams.cli.Undertone;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// A tagger in a process of its own, whose encoder fails after a while, and what it says.
final class FaultyTagger implements AutoCloseable {

    private final Process process;
    private final Path log;

    private FaultyTagger(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /// @param config a file; what the tagger says is kept beside it
    /// @param encoder `sound`, or what happens after some windows: `hang:100`, `lost:100`
    static FaultyTagger start(Path config, String encoder) throws IOException {
        Path log = config.resolveSibling(config.getFileName() + "-" + encoder.replace(':', '-') + ".log");
        return new FaultyTagger(
                JavaProcess.launch(FaultyTagger.class, "-Xmx256m", log, config.toString(), encoder), log);
    }

    long pid() {
        return process.pid();
    }

    /// @return the exit code
    int await(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the tagger did not end within " + atMost + ": " + output());
        }
        return process.exitValue();
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] args) throws InterruptedException {
        JavaProcess.endWithParent();
        UndertoneConfig config = UndertoneConfig.read(Path.of(args[0]));
        int colon = args[1].indexOf(':');
        String how = colon < 0 ? args[1] : args[1].substring(0, colon);
        long after = colon < 0 ? Long.MAX_VALUE : Long.parseLong(args[1].substring(colon + 1));
        try {
            TaggerApplication tagger = TaggerApplication.start(
                    config,
                    FaultStage.TAGGING,
                    new Failing(TestTagging.encoder(), how, after, new AtomicLong()),
                    () -> {});
            Runtime.getRuntime().addShutdownHook(new Thread(tagger::close));
            ExitCode code = tagger.awaitTermination();
            tagger.close();
            Undertone.exit(code.code());
        } catch (InvalidInputException e) {
            System.err.println("undertone: " + e.getMessage());
            System.exit(1);
        }
    }

    /// @param after windows that it encodes before it fails
    private record Failing(AudioEncoder encoder, String how, long after, AtomicLong windows) implements AudioEncoder {

        @Override
        public List<Encoding> encode(List<Window> batch) {
            boolean failing = windows.addAndGet(batch.size()) > after;
            if (failing && how.equals("lost")) {
                throw new EncodingException("poisoned context", new IllegalStateException("CUDA"), true);
            }
            while (failing) {
                try {
                    Thread.sleep(10); // as in native code: nothing interrupts it
                } catch (InterruptedException _) {
                    // goes on hanging
                }
            }
            return encoder.encode(batch);
        }

        @Override
        public String device() {
            return encoder.device();
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
