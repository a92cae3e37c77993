package io.undertone.tag;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.audio.Waveform;
import io.undertone.model.AudioEncoder;
import io.undertone.model.Encoding;
import io.undertone.model.EncodingException;
import io.undertone.model.InferenceDevice;
import io.undertone.model.ModelBundle;
import io.undertone.model.TestBundles;
import io.undertone.rank.PromptBank;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.Window;
import io.undertone.window.WindowingLimits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FileTaggerTest {

    private static ModelBundle bundle;
    private static AudioEncoder encoder;
    private static PromptBank bank;
    private static Tagger tagger;

    @BeforeAll
    static void open() {
        bundle = TestBundles.openTiny();
        encoder = bundle.openAudioEncoder(new InferenceDevice.Cpu());
        bank = PromptBank.ofDefaults(bundle);
        tagger = new Tagger(
                bundle.windowSpec(),
                bundle.calibration(),
                bundle.manifest().probabilityTemperature(),
                TaggingRules.defaults());
    }

    @AfterAll
    static void close() {
        encoder.close();
        bundle.close();
    }

    @Test
    void shouldGiveATagEveryHopAndOneForTheRest() {
        List<Tag> tags = tags(speech(16_000, 10.4));

        // 3 s windows every second: 8 whole ones end by 10 s, and one more holds the last 0.4 s.
        assertThat(tags).extracting(Tag::windowIndex).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertThat(tags.subList(0, 8)).allMatch(tag -> !tag.quality().partial());
        assertThat(tags.getLast().quality().partial()).isTrue();
        assertThat(tags).hasOnlyElementsOfType(Tag.Scored.class);
    }

    @Test
    void shouldTagAClipShorterThanAWindow() {
        List<Tag> tags = tags(speech(16_000, 1.2));

        assertThat(tags).singleElement().isInstanceOf(Tag.Scored.class);
        assertThat(tags.getFirst().quality().coverage()).isEqualTo(0.4);
    }

    @Test
    void shouldGiveNoTagForNoAudio() {
        assertThat(tags(Waveform.of(new float[0], 16_000))).isEmpty();
    }

    @Test
    void shouldAbstainFromSilence() {
        assertThat(tags(Waveform.of(new float[16_000 * 5], 16_000)))
                .hasSize(3)
                .allMatch(tag -> tag instanceof Tag.Abstained abstained && abstained.reason() == Abstention.NO_SPEECH);
    }

    @Test
    void shouldGiveTheSameBytesEveryTimeWhateverWasTaggedBefore() {
        Waveform call = speech(8_000, 40);
        String first = tags(call).toString();
        tags(speech(16_000, 7));

        assertThat(tags(call)).hasToString(first);
    }

    @Test
    void shouldTagAFileAsTheSameAudioSentInChunks() {
        for (int rate : List.of(8_000, 16_000, 44_100)) {
            Waveform call = speech(rate, 6.3);
            assertThat(tags(call)).isEqualTo(tagsOfChunks(call, new Random(rate)));
        }
    }

    @Test
    void shouldTakeRatesThatNoStreamHas() {
        assertThat(tags(speech(11_025, 4))).hasSize(2).hasOnlyElementsOfType(Tag.Scored.class);
    }

    @Test
    void shouldCostABadWindowItsNeighboursNothing() {
        Waveform call = speech(16_000, 8);
        List<Tag> tags = new FileTagger(bundle.windowSpec(), new FailingAt(3), tagger, bank)
                .tag(call)
                .toList();

        assertThat(tags).hasSize(6);
        assertThat(tags.get(3)).isEqualTo(new Tag.Abstained(3, tags.get(3).quality(), Abstention.ENCODER_FAILED));
        assertThat(tags).filteredOn(tag -> tag.windowIndex() != 3).hasOnlyElementsOfType(Tag.Scored.class);
    }

    @Test
    void shouldAbstainWithTheDetectorsRatioWhereItHearsNobody() {
        List<Tag> tags = new FileTagger(bundle.windowSpec(), new HearingUpTo(3), tagger.beforeDetector(), bank)
                .tag(speech(16_000, 8))
                .toList();

        assertThat(tags).extracting(Tag::windowIndex).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(tags.subList(0, 3)).hasOnlyElementsOfType(Tag.Scored.class);
        assertThat(tags)
                .extracting(tag -> tag.quality().speechRatio())
                .containsExactly(0.75, 0.75, 0.75, 0.125, 0.125, 0.125);
        assertThat(tags.getLast()).isEqualTo(new Tag.Abstained(5, tags.getLast().quality(), Abstention.NO_SPEECH));
    }

    /// Hears speech before a window, and next to none from it on; encodes nothing else than the former.
    private record HearingUpTo(long index) implements AudioEncoder {

        @Override
        public List<Window> listen(List<Window> windows) {
            return windows.stream()
                    .map(window -> window.withSpeechRatio(window.index() < index ? 0.75 : 0.125))
                    .toList();
        }

        @Override
        public List<Encoding> encode(List<Window> windows) {
            assertThat(windows).allMatch(window -> window.index() < index);
            return encoder.encode(windows);
        }

        @Override
        public String device() {
            return "fake";
        }

        @Override
        public void close() {}
    }

    private static List<Tag> tags(Waveform waveform) {
        return new FileTagger(bundle.windowSpec(), encoder, tagger, bank)
                .tag(waveform)
                .toList();
    }

    private static List<Tag> tagsOfChunks(Waveform call, Random random) {
        ChannelWindower windower = ChannelWindower.start(bundle.windowSpec(), WindowingLimits.defaults());
        AudioFormat format = new AudioFormat(Codec.PCM_S16LE, call.sampleRateHz());
        List<Tag> tags = new ArrayList<>();
        int from = 0;
        for (long sequence = 0; from < call.length(); sequence++) {
            int to = Math.min(call.length(), from + 1 + random.nextInt(call.sampleRateHz() / 2));
            byte[] payload = PayloadEncoder.encodePcm(Codec.PCM_S16LE, call.slice(from, to), 0, to - from);
            windower.offer(Chunk.of(sequence, from, to - from, format, payload, to == call.length()));
            for (Window window = windower.next(); window != null; window = windower.next()) {
                Window ready = window;
                tags.add(tagger.abstainEarly(ready)
                        .orElseGet(() ->
                                tagger.tag(ready, encoder.encode(List.of(ready)).getFirst(), bank)));
            }
            from = to;
        }
        return tags;
    }

    private static Waveform speech(int rate, double seconds) {
        int samples = (int) Math.round(seconds * rate);
        float[] hum = TestBundles.hum((int) Math.ceil(seconds * 16_000) + 1, 0.6);
        float[] syllables = new float[samples];
        for (int i = 0; i < samples; i++) {
            double t = (double) i / rate;
            double envelope = 0.02 + 0.98 * Math.abs(Math.sin(2 * Math.PI * 1.7 * t));
            syllables[i] = (float) (hum[(int) (t * 16_000)] * envelope * (0.5 + 0.05 * Math.floor(t % 10)));
        }
        return Waveform.of(Arrays.copyOf(syllables, samples), rate);
    }

    /// Fails on every batch that holds a certain window.
    private record FailingAt(long index) implements AudioEncoder {

        @Override
        public List<Encoding> encode(List<Window> windows) {
            if (windows.stream().anyMatch(window -> window.index() == index)) {
                throw new EncodingException("not this one", new ArithmeticException(), false);
            }
            return encoder.encode(windows);
        }

        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public void close() {}
    }
}
