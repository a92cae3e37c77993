package io.undertone.trainer.evaluation;

import io.undertone.audio.AudioFormat;
import io.undertone.audio.Codec;
import io.undertone.audio.PayloadEncoder;
import io.undertone.window.Admission;
import io.undertone.window.ChannelWindower;
import io.undertone.window.Chunk;
import io.undertone.window.Window;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How a clip reaches the tagger: in a codec, which the tagger's own windower decodes, resamples and cuts, as it
/// does with a live call. One implementation a codec.
interface Line {

    /// 16-bit PCM at 16 kHz: what the cache holds, bit by bit.
    Line CLEAN = samples -> whole(
            new AudioFormat(Codec.PCM_S16LE, 16_000),
            PayloadEncoder.encodePcm(Codec.PCM_S16LE, samples, 0, samples.length),
            samples.length);

    /// What the line makes of a clip: one chunk, the only one of its channel.
    ///
    /// @param samples `[samples]` at 16 kHz in [-1, 1]
    Chunk send(float[] samples);

    /// @param samples of the payload at the format's rate
    static Chunk whole(AudioFormat format, byte[] payload, int samples) {
        return Chunk.of(0, 0, samples, format, payload, true);
    }

    /// The windows that the tagger cuts from a clip that came over this line. A padded window of which less than
    /// half is audio is left out, unless it is the only one.
    default List<Window> windows(float[] samples, WindowSpec spec) {
        Chunk chunk = send(samples);
        int bytes = Math.max(1, chunk.payload().length);
        ChannelWindower windower =
                ChannelWindower.start(spec, new WindowingLimits(Duration.ZERO, bytes, Duration.ZERO, 1));
        Admission admission = windower.offer(chunk);
        if (!(admission instanceof Admission.Accepted)) {
            throw new IllegalStateException("the windower did not accept a clip: " + admission);
        }
        List<Window> windows = new ArrayList<>();
        for (Window window = windower.next(); window != null; window = windower.next()) {
            if (windows.isEmpty() || window.quality().coverage() >= 0.5) {
                windows.add(window);
            }
        }
        return windows;
    }
}
