package io.undertone.tag;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.audio.Resampler;
import io.undertone.audio.Waveform;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.rank.PromptBank;
import io.undertone.window.Admission;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Tags recorded audio with the windows, the encoder and the rules of a live call, without Kafka. The audio
/// goes through [ChannelWindower] as chunks of 16-bit PCM, so that a file and its replay as a call give the
/// same windows.
///
/// The same waveform gives the same tags, bit by bit, on the same machine: batches are always cut from the
/// waveform's own windows, 16 at a time from its start, whatever else is tagged before or after.
///
/// Threading: one thread at a time, that which owns the encoder.
public final class FileTagger {

    /// Windows that are looked at together; those that abstain early are left out of the encoder's batch.
    private static final int BATCH = 16;

    private final WindowSpec spec;
    private final AudioEncoder encoder;
    private final Tagger tagger;
    private final PromptBank bank;

    /// @param encoder stays the caller's, who closes it
    public FileTagger(WindowSpec spec, AudioEncoder encoder, Tagger tagger, PromptBank bank) {
        this.spec = spec;
        this.encoder = encoder;
        this.tagger = tagger;
        this.bank = bank;
    }

    /// One tag a window, in order, computed as the stream is read. Audio shorter than a window gives one padded window;
    /// none at all gives no tag.
    public Stream<Tag> tag(Waveform waveform) {
        boolean known = AudioFormat.SAMPLE_RATES_HZ.contains(waveform.sampleRateHz());
        Waveform source = known ? waveform : Resampler.resample(waveform, spec.sampleRateHz());
        var tags = Spliterators.spliteratorUnknownSize(
                new Tags(source), Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
        return StreamSupport.stream(tags, false);
    }

    private List<Tag> tags(List<Window> windows) {
        return answered(windows, tagger::abstainEarly, this::heardTags);
    }

    private List<Tag> heardTags(List<Window> windows) {
        return answered(encoder.listen(windows), tagger::abstainUnspoken, this::encodedTags);
    }

    /// One tag a window, in order.
    ///
    /// @param early what can be said of a window at once
    /// @param later what is said of all others together
    private static List<Tag> answered(
            List<Window> windows, Function<Window, Optional<Tag>> early, Function<List<Window>, List<Tag>> later) {
        List<Optional<Tag>> answers = windows.stream().map(early).toList();
        List<Window> left = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            if (answers.get(i).isEmpty()) {
                left.add(windows.get(i));
            }
        }
        Iterator<Tag> rest = (left.isEmpty() ? List.<Tag>of() : later.apply(left)).iterator();
        return answers.stream().map(answer -> answer.orElseGet(rest::next)).toList();
    }

    private List<Tag> encodedTags(List<Window> windows) {
        try {
            return scored(windows);
        } catch (EncodingException e) {
            if (e.deviceLost()) {
                throw e;
            }
            return windows.stream().map(this::taggedAlone).toList();
        }
    }

    private List<Tag> scored(List<Window> windows) {
        List<Encoding> encodings = encoder.encode(windows);
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            tags.add(tagger.tag(windows.get(i), encodings.get(i), bank));
        }
        return tags;
    }

    private Tag taggedAlone(Window window) {
        try {
            return scored(List.of(window)).getFirst();
        } catch (EncodingException e) {
            if (e.deviceLost()) {
                throw e;
            }
            return tagger.encoderFailed(window);
        }
    }

    /// Reads the waveform second by second, so that an hour of audio needs no hour of windows in memory.
    private final class Tags implements Iterator<Tag> {

        private final Waveform source;
        private final AudioFormat format;
        private final ChannelWindower windower = ChannelWindower.start(spec, WindowingLimits.defaults());
        private final Queue<Tag> ready = new ArrayDeque<>();
        private int position;
        private long sequence;
        private boolean ended;

        private Tags(Waveform source) {
            this.source = source;
            this.format = new AudioFormat(Codec.PCM_S16LE, source.sampleRateHz());
        }

        @Override
        public boolean hasNext() {
            if (ready.isEmpty() && !ended) {
                List<Window> windows = nextWindows();
                ended = windows.size() < BATCH;
                ready.addAll(tags(windows));
            }
            return !ready.isEmpty();
        }

        @Override
        public Tag next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the waveform has no more windows");
            }
            return ready.remove();
        }

        private List<Window> nextWindows() {
            List<Window> windows = new ArrayList<>();
            while (windows.size() < BATCH) {
                Window window = windower.next();
                if (window != null) {
                    windows.add(window);
                } else if (windower.waiting()) {
                    offerNextSecond();
                } else {
                    break;
                }
            }
            return windows;
        }

        private void offerNextSecond() {
            int end = Math.min(source.length(), position + source.sampleRateHz());
            if (end == position) {
                windower.endStream();
                return;
            }
            byte[] payload = PayloadEncoder.encodePcm(format.codec(), source.slice(position, end), 0, end - position);
            Admission admission = windower.offer(
                    Chunk.of(sequence, position, end - position, format, payload, end == source.length()));
            if (!(admission instanceof Admission.Accepted)) {
                throw new IllegalStateException("chunk " + sequence + " of a file was not accepted: " + admission);
            }
            position = end;
            sequence++;
        }
    }
}
