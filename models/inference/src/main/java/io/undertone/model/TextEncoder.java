package io.undertone.model;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.BundleManifest.TextEncoderFiles;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Prompts become points on the sphere that they share with a bundle's audio: sentence vector, then the bundle's
/// projection. Every text is encoded alone and once: the cache answers the second time with the same embedding.
///
/// Threading: any thread, also several at once. Owned and closed by its [ModelBundle].
public final class TextEncoder {

    /// Live prompt banks change; whoever passes so many texts is not helped by the cache.
    private static final int MAX_CACHED = 20_000;

    private final SentenceEncoder sentences;
    private final OrtSession projection;
    private final TextEncoderFiles files;
    private final Calibration calibration;
    private final Map<String, Embedding> cache = new ConcurrentHashMap<>();

    private TextEncoder(
            SentenceEncoder sentences, OrtSession projection, TextEncoderFiles files, Calibration calibration) {
        this.sentences = sentences;
        this.projection = projection;
        this.files = files;
        this.calibration = calibration;
    }

    /// @param projection the checked graph
    static TextEncoder open(byte[] projection, TextEncoderFiles files, Calibration calibration) {
        OrtSession session = OnnxSessions.cpu(projection, files.projection().file(), 1);
        try {
            return new TextEncoder(SentenceEncoder.open(), session, files, calibration);
        } catch (RuntimeException e) {
            OnnxSessions.close(session);
            throw e;
        }
    }

    /// @return one embedding a text, in order
    /// @throws InvalidInputException if a text is blank or longer than [SentenceEncoder#MAX_TOKENS] tokens
    public List<Embedding> encode(List<String> texts) {
        return texts.stream().map(this::encode).toList();
    }

    /// The reference audio that strengths of this encoder's prompts are read against.
    public Calibration calibration() {
        return calibration;
    }

    private Embedding encode(String text) {
        Embedding known = cache.get(text);
        if (known != null) {
            return known;
        }
        Embedding fresh = project(sentences.encode(List.of(text)).getFirst());
        if (cache.size() >= MAX_CACHED) {
            cache.clear();
        }
        cache.put(text, fresh);
        return fresh;
    }

    private Embedding project(float[] sentence) {
        String input = files.projection().input().name();
        String output = files.projection().embedding().name();
        try (var tensor = OnnxTensor.createTensor(OnnxSessions.environment(), new float[][] {sentence});
                var result = projection.run(Map.of(input, tensor))) {
            return Embedding.normalized(
                    ((float[][]) result.get(output).orElseThrow().getValue())[0]);
        } catch (OrtException e) {
            throw new IllegalStateException(files.projection().file() + " failed: " + e.getMessage(), e);
        }
    }

    void close() {
        sentences.close();
        OnnxSessions.close(projection);
    }
}
