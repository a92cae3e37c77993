package io.undertone.deploy;

import io.undertone.audio.InvalidInputException;
import io.undertone.streams.cli.BundleOptions;
import io.undertone.streams.cli.TagJson;
import io.undertone.streams.cli.TagLines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone demo`.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Replays recorded calls in real time through a broker and a tagger in this process, and prints"
                + " the tags as they are committed.",
        footer = {
            "",
            "Who speaks is read from the file names: NAME_customer or NAME_caller, NAME_agent or agent*, NAME_mix; of"
                    + " others it is unknown. All are sent; the policy of the tagger scores customers alone. One chunk"
                    + " is sent broken, to end on the dead-letter topic."
        })
final class DemoCommand implements Callable<Integer> {

    private static final Duration GOODBYE = Duration.ofSeconds(25);

    @Mixin
    private BundleOptions model = new BundleOptions();

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "end after N seconds of calls (default: go on until Ctrl-C)")
    private @Nullable Integer seconds;

    @Option(
            names = "--calls",
            paramLabel = "DIR",
            description = "folder of recorded calls, WAV or Ogg Opus (default: the sample calls)")
    private @Nullable Path callFolder;

    @Option(names = "--no-page", description = "without the live page (there is none yet)")
    @SuppressWarnings("UnusedVariable") // taken, so that scripts written now run when there is a page
    private boolean noPage;

    @Option(names = "--json", description = "one JSON object a tag, and one with the summary at the end")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (seconds != null && (seconds < 1 || seconds > 86_400)) {
            throw new InvalidInputException("--seconds must be in [1, 86400]: " + seconds);
        }
        List<DemoCall> calls = DemoCall.readAll(callFolder == null ? samples() : callFolder);
        model.check();
        PrintWriter out = spec.commandLine().getOut();
        TagJson machines = new TagJson(model.promptsHaveIds());
        TagLines people = TagLines.forStdout();
        Demo demo = new Demo(
                calls,
                model.bundle(),
                model.prompts(),
                seconds == null ? Duration.ofDays(365) : Duration.ofSeconds(seconds),
                tag -> {
                    out.println(json ? machines.ofCall(tag) : people.ofCall(tag));
                    out.flush();
                },
                spec.commandLine().getErr());
        DemoReport report = runUntilInterrupted(demo);
        if (json) {
            out.println(report.json());
        } else {
            report.lines().forEach(out::println);
        }
        out.flush();
        return 0;
    }

    /// Ctrl-C ends the calls; the summary is still printed, and the broker and its folder go.
    private static DemoReport runUntilInterrupted(Demo demo) throws InterruptedException {
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            demo.stop();
            try {
                var _ = finished.await(GOODBYE.toSeconds(), TimeUnit.SECONDS);
                Thread.sleep(200); // for the summary
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            DemoReport report = demo.run();
            return report;
        } finally {
            finished.countDown();
        }
    }

    private static Path samples() {
        String folder = System.getProperty("undertone.samples");
        if (folder == null) {
            throw new InvalidInputException("no sample calls: name a folder with --calls");
        }
        return Path.of(folder);
    }
}
