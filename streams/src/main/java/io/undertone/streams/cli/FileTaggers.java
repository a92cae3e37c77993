package io.undertone.streams.cli;

import io.undertone.audio.Waveform;
import io.undertone.model.AudioEncoder;
import io.undertone.model.InferenceDevice;
import io.undertone.model.InferenceOptions;
import io.undertone.model.ModelBundle;
import io.undertone.rank.Prompt;
import io.undertone.rank.PromptBank;
import io.undertone.tag.FileTagger;
import io.undertone.tag.Tagger;
import io.undertone.tag.TaggingRules;
import io.undertone.window.WindowSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// A bundle and some taggers of files, each with an encoder of its own that runs on one core. So a file's tags do not
/// depend on how many files are tagged beside it: the number of threads of a run can move the last bits.
///
/// Threading: thread-safe; a tagger is lent to one thread at a time.
final class FileTaggers implements AutoCloseable {

    private static final InferenceOptions ONE_CORE = new InferenceOptions(1, false);

    private final ModelBundle bundle;
    private final TagJson json;
    private final List<AudioEncoder> encoders = new ArrayList<>();
    private final BlockingQueue<FileTagger> idle;

    private FileTaggers(ModelBundle bundle, TagJson json, int count) {
        this.bundle = bundle;
        this.json = json;
        this.idle = new ArrayBlockingQueue<>(count);
    }

    static FileTaggers open(BundleOptions options, InferenceDevice device, int count) {
        ModelBundle bundle = ModelBundle.open(options.bundle());
        FileTaggers taggers = new FileTaggers(bundle, new TagJson(options.promptsHaveIds()), count);
        try {
            taggers.fill(bank(bundle, options), device, count);
            return taggers;
        } catch (RuntimeException e) {
            taggers.close();
            throw e;
        }
    }

    private void fill(PromptBank bank, InferenceDevice device, int count) {
        WindowSpec spec = bundle.windowSpec();
        Tagger byEnergy = new Tagger(
                spec, bundle.calibration(), bundle.manifest().probabilityTemperature(), TaggingRules.defaults());
        Tagger tagger = bundle.manifest().speechDetector().isPresent() ? byEnergy.beforeDetector() : byEnergy;
        for (int i = 0; i < count; i++) {
            AudioEncoder encoder = bundle.openListeningEncoder(device, ONE_CORE);
            encoders.add(encoder);
            idle.add(new FileTagger(spec, encoder, tagger, bank));
        }
    }

    private static PromptBank bank(ModelBundle bundle, BundleOptions options) {
        if (options.prompts().isEmpty()) {
            return PromptBank.ofDefaults(bundle);
        }
        Path file = options.prompts().get();
        List<Prompt> prompts = PromptBank.parseFile(file);
        return PromptBank.of(String.valueOf(file.getFileName()), "file", prompts, bundle.textEncoder());
    }

    List<TagView> tag(Waveform waveform, String channel) throws InterruptedException {
        FileTagger tagger = idle.take();
        try {
            WindowSpec spec = bundle.windowSpec();
            return tagger.tag(waveform)
                    .map(tag -> TagView.of(tag, channel, spec))
                    .toList();
        } finally {
            idle.add(tagger);
        }
    }

    TagJson json() {
        return json;
    }

    @Override
    public void close() {
        encoders.forEach(AudioEncoder::close);
        bundle.close();
    }
}
