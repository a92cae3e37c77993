package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.AudioEncoder;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.WindowSpec;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes another bundle into use while calls run.
///
/// All that can go wrong is done before anything changes: the bundle is opened with every check, its golden window is
/// replayed on the device that it will run on, the present prompts are embedded with its text side. Whatever fails, the
/// bundle before stays, with the reason in the log. Both are in memory for the while.
///
/// Threading: one thread, that of [BundleWatch].
final class BundleSwap {

    private static final Logger log = LoggerFactory.getLogger(BundleSwap.class);

    private final UndertoneConfig config;
    private final LiveTagging live;
    private final Encoders encoders;
    private final TaggerCounters counters;
    private String digest;

    /// @param config of which all but `bundle` holds for another bundle too
    /// @param digest of the bundle in use
    BundleSwap(UndertoneConfig config, LiveTagging live, Encoders encoders, TaggerCounters counters, String digest) {
        this.config = config;
        this.live = live;
        this.encoders = encoders;
        this.counters = counters;
        this.digest = digest;
    }

    /// Nothing happens if it is the one in use. Never throws for what is in the folder.
    void take(Path folder) throws InterruptedException {
        Tagging before = live.current();
        try {
            Model model = Model.open(config.withBundle(folder));
            if (model.digest().equals(digest)) {
                model.close();
                log.info("{} holds bundle {}, which is in use", folder, before.bundleName());
                return;
            }
            use(model, before);
            counters.bundleSwapped();
            log.info(
                    "tagging with bundle {} from the next window on, before with {}",
                    model.tagging().bundleName(),
                    before.bundleName());
        } catch (RuntimeException | OutOfMemoryError e) {
            counters.bundleRefused();
            log.error("the bundle in {} was refused, {} stays: {}", folder, before.bundleName(), reason(e));
        }
    }

    private void use(Model model, Tagging before) throws InterruptedException {
        AudioEncoder encoder;
        try {
            check(model.tagging(), before);
            encoder = open(model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        encoders.swap(model.tagging(), encoder, model, () -> live.swap(model.tagging()));
        digest = model.digest();
    }

    private AudioEncoder open(Model model) {
        AudioEncoder encoder = model.openEncoder();
        if (!encoder.device().equals(encoders.device())) {
            encoder.close();
            throw new InvalidInputException(
                    "it would run on " + encoder.device() + ", the one in use runs on " + encoders.device());
        }
        return encoder;
    }

    private static void check(Tagging after, Tagging before) {
        if (!after.spec().equals(before.spec())) {
            throw new InvalidInputException("its windows are " + words(after.spec()) + ", those of the calls that run "
                    + words(before.spec()) + "; that wants a restart");
        }
        if (after.model().equals(before.model())) {
            throw new InvalidInputException(
                    "its content differs from that of the bundle in use, its name and version do not: '"
                            + before.bundleName() + "'; tags could not be told apart");
        }
    }

    private static String words(WindowSpec spec) {
        return "%d samples every %d at %d Hz".formatted(spec.windowSamples(), spec.hopSamples(), spec.sampleRateHz());
    }

    private static String reason(Throwable e) {
        return e instanceof InvalidInputException ? String.valueOf(e.getMessage()) : e.toString();
    }
}
