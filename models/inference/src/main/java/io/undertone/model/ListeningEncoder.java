package io.undertone.model;

import io.undertone.window.Window;
import java.util.List;

/// An encoder and the speech detector of the same bundle. Both belong to the thread that uses it, and are closed with
/// it.
record ListeningEncoder(SpeechDetector detector, AudioEncoder encoder) implements AudioEncoder {

    @Override
    public List<Window> listen(List<Window> windows) {
        return detector.listen(windows);
    }

    @Override
    public List<Encoding> encode(List<Window> windows) {
        return encoder.encode(windows);
    }

    @Override
    public String device() {
        return encoder.device();
    }

    @Override
    public void close() {
        detector.close();
        encoder.close();
    }
}
