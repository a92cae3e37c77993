package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// What a bundle knows of its own certainty, measured on speakers that it was not trained on. Immutable.
///
/// Strengths are read against reference audio (see [StrengthCurve]); the half widths of the intervals are those
/// of split conformal prediction (Vovk et al., 2005; Lei et al., 2018): value ± half width holds the truth with
/// `coverage`.
public final class Calibration {

    /// Fewer reference embeddings than this say nothing of a distribution.
    static final int MIN_REFERENCES = 16;

    private final List<Embedding> references; // [count] of [dim]
    private final double coverage;
    private final double valenceHalfWidth;
    private final double arousalHalfWidth;
    private final double minStrength;

    private Calibration(
            List<Embedding> references,
            double coverage,
            double valenceHalfWidth,
            double arousalHalfWidth,
            double minStrength) {
        this.references = references;
        this.coverage = coverage;
        this.valenceHalfWidth = valenceHalfWidth;
        this.arousalHalfWidth = arousalHalfWidth;
        this.minStrength = minStrength;
    }

    /// @param references at least 16, of one length, of windows of speakers that were not trained on
    /// @param coverage of the intervals, in (0, 1)
    /// @param valenceHalfWidth in (0, 2]
    /// @param arousalHalfWidth in (0, 2]
    /// @param minStrength a window whose best strength is below abstains, in [0, 1)
    public static Calibration of(
            List<Embedding> references,
            double coverage,
            double valenceHalfWidth,
            double arousalHalfWidth,
            double minStrength) {
        if (references.size() < MIN_REFERENCES) {
            throw new IllegalArgumentException(
                    "count of reference embeddings must be at least " + MIN_REFERENCES + ": " + references.size());
        }
        check("coverage", coverage, coverage > 0 && coverage < 1, "(0, 1)");
        check("valenceHalfWidth", valenceHalfWidth, valenceHalfWidth > 0 && valenceHalfWidth <= 2, "(0, 2]");
        check("arousalHalfWidth", arousalHalfWidth, arousalHalfWidth > 0 && arousalHalfWidth <= 2, "(0, 2]");
        check("minStrength", minStrength, minStrength >= 0 && minStrength < 1, "[0, 1)");
        int dim = references.getFirst().dim();
        if (references.stream().anyMatch(reference -> reference.dim() != dim)) {
            throw new IllegalArgumentException("reference embeddings must all have the length " + dim);
        }
        return new Calibration(List.copyOf(references), coverage, valenceHalfWidth, arousalHalfWidth, minStrength);
    }

    private static void check(String name, double value, boolean inRange, String range) {
        if (!inRange) {
            throw new IllegalArgumentException(name + " must be in " + range + ": " + value);
        }
    }

    /// How strong a similarity with this prompt is. Some 0.1 ms: make it once a prompt.
    public StrengthCurve strengthCurve(Embedding prompt) {
        double[] similarities = new double[references.size()];
        for (int i = 0; i < similarities.length; i++) {
            similarities[i] = prompt.cosine(references.get(i));
        }
        return StrengthCurve.of(similarities);
    }

    public int dim() {
        return references.getFirst().dim();
    }

    public List<Embedding> references() {
        return references;
    }

    /// Number of reference embeddings.
    public int count() {
        return references.size();
    }

    public double coverage() {
        return coverage;
    }

    public double valenceHalfWidth() {
        return valenceHalfWidth;
    }

    public double arousalHalfWidth() {
        return arousalHalfWidth;
    }

    public double minStrength() {
        return minStrength;
    }

    /// `calibration.json`, see `docs/architecture.md`.
    ///
    /// @param referenceEmbeddings base64 of float32 little-endian, `[count, dim]`
    private record Json(
            int dim,
            int count,
            String referenceEmbeddings,
            double coverage,
            double valenceHalfWidth,
            double arousalHalfWidth,
            double minStrength) {}

    /// The bytes of `calibration.json`.
    public byte[] toJson() {
        ByteBuffer floats = ByteBuffer.allocate(count() * dim() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Embedding reference : references) {
            for (float value : reference.toArray()) {
                floats.putFloat(value);
            }
        }
        String base64 = Base64.getEncoder().encodeToString(floats.array());
        return BundleJson.write(
                new Json(dim(), count(), base64, coverage, valenceHalfWidth, arousalHalfWidth, minStrength));
    }

    /// @throws InvalidInputException naming the file and what is wrong
    static Calibration fromJson(Path file, byte[] bytes) {
        Json json = BundleJson.read(file, bytes, Json.class);
        try {
            ByteBuffer floats = ByteBuffer.wrap(Base64.getDecoder().decode(json.referenceEmbeddings()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            if (json.dim() < 1 || json.count() < 1 || floats.remaining() != 4L * json.dim() * json.count()) {
                throw new IllegalArgumentException("referenceEmbeddings must hold count * dim = " + json.count() + " * "
                        + json.dim() + " float32 values: " + floats.remaining() + " bytes");
            }
            List<Embedding> references = new ArrayList<>(json.count());
            for (int i = 0; i < json.count(); i++) {
                float[] values = new float[json.dim()];
                floats.asFloatBuffer().get(values);
                floats.position(floats.position() + values.length * Float.BYTES);
                references.add(Embedding.normalized(values));
            }
            return of(
                    references, json.coverage(), json.valenceHalfWidth(), json.arousalHalfWidth(), json.minStrength());
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(file + ": " + e.getMessage(), e);
        }
    }
}
