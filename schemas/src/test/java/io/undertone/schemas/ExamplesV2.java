package io.undertone.schemas;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/// Records that the second release brought or changed, with all fields set and with as few as may be. Their bytes lie
/// in `golden/v2` and are never written again: whoever adds a field leaves it at its default here.
final class ExamplesV2 {

    private static final Instant AT = Instant.parse("2026-11-25T10:30:15.250Z");
    private static final ModelVersion MODEL = new ModelVersion("compact", "1.1.0");

    private ExamplesV2() {}

    /// By name of the file without its ending.
    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> examples = new LinkedHashMap<>();
        examples.put("PolicyRecord", embeddingsKept());
        examples.put("TrainingEmbedding", embedding());
        examples.put(
                "TrainingEmbedding-least",
                new TrainingEmbedding("c", "customer", 0L, 0L, 3000L, MODEL, List.of(), 0.0, 0.0, null, null, AT));
        examples.put(
                "TrainingLabel",
                new TrainingLabel("call-1", "customer", 12_000L, 15_500L, "anger", "strong", -0.5, 0.75, 2.0, AT));
        examples.put(
                "TrainingLabel-least", new TrainingLabel("c", "customer", 0L, 0L, "calm", null, null, null, 1.0, AT));
        return examples;
    }

    static TrainingEmbedding embedding() {
        return new TrainingEmbedding(
                "call-1",
                "customer",
                12L,
                12_000L,
                15_000L,
                MODEL,
                List.of(0.6f, -0.8f, 0f),
                -0.4567,
                0.6543,
                "notice-de-3",
                AT.minusSeconds(60),
                AT);
    }

    private static PolicyRecord embeddingsKept() {
        return new PolicyRecord(
                "call-1",
                "customer",
                Role.CUSTOMER,
                PolicyDecision.EMBEDDINGS_KEPT,
                "retraining-feed",
                "notice-de-3",
                MODEL,
                new PromptBankVersion("support", "7"),
                0L,
                AT,
                17L);
    }
}
