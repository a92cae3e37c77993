package io.undertone.trainer.speech;

import io.undertone.model.SpeechDetector;
import io.undertone.window.SpeechGate;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.util.ArrayList;
import java.util.List;

/// Something that says how much of each window is speech.
interface Gate {

    /// @param windows `[windowSamples]` each, at 16 kHz
    /// @return a ratio in [0, 1] for each
    double[] ratios(List<float[]> windows);

    static Gate energy() {
        SpeechGate gate = SpeechGate.defaults();
        return windows -> windows.stream()
                .mapToDouble(window -> gate.speechRatio(window, HoldMusic.RATE_HZ))
                .toArray();
    }

    static Gate of(SpeechDetector detector) {
        return samples -> {
            List<Window> windows = new ArrayList<>();
            for (float[] window : samples) {
                windows.add(Window.of(0, window, new WindowQuality(0, 1, 0, false)));
            }
            return detector.listen(windows).stream()
                    .mapToDouble(window -> window.quality().speechRatio())
                    .toArray();
        };
    }

    /// The smaller ratio of two: both must find speech.
    static Gate both(Gate first, Gate second) {
        return windows -> {
            double[] ratios = first.ratios(windows);
            double[] others = second.ratios(windows);
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = Math.min(ratios[i], others[i]);
            }
            return ratios;
        };
    }
}
