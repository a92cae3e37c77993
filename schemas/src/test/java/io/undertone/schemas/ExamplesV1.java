package io.undertone.schemas;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;

/// One record of every kind with all fields of the first release set, and one with as few as may be. Their bytes lie in
/// `golden/v1` and are never written again: whoever adds a field leaves it at its default here.
final class ExamplesV1 {

    private static final Instant AT = Instant.parse("2026-11-23T09:30:15.250Z");
    private static final ModelVersion MODEL = new ModelVersion("compact", "1.0.0");
    private static final PromptBankVersion BANK = new PromptBankVersion("support", "7");
    private static final RankedPrompt FED_UP =
            new RankedPrompt("fed-up", "sounds fed up, \u00e9nerv\u00e9", 0.4321, 0.9876, 0.75);
    private static final RankedPrompt CALM = new RankedPrompt("calm", "calm and friendly", -0.1234, 0.0312, 0.25);

    private ExamplesV1() {}

    /// By name of the file without its ending.
    static Map<String, SpecificRecord> all() {
        Map<String, SpecificRecord> examples = new LinkedHashMap<>();
        examples.put("AudioChunk", audioChunk());
        examples.put("AudioChunk-least", lastChunk());
        examples.put("CallEvent", callEvent());
        examples.put("CallEvent-least", new CallEvent("call-1", CallEventType.WITHDRAWN, AT, null, null));
        examples.put("PromptBankRecord", promptBank());
        examples.put("PromptBankRecord-least", new PromptBankRecord("support", "8", List.of(), AT, null));
        examples.put("EmotionTag", emotionTag());
        examples.put("EmotionTag-least", abstained());
        examples.put("CallSummary", callSummary());
        examples.put("CallSummary-least", new CallSummary("call-1", List.of(), false, MODEL, BANK, AT));
        examples.put("EmotionAlert", emotionAlert());
        examples.put("EmotionAlert-least", alertStart());
        examples.put("DeadChunk", deadChunk());
        examples.put("DeadChunk-least", unreadableChunk());
        examples.put("PolicyRecord", scored());
        examples.put("PolicyRecord-least", blocked());
        return examples;
    }

    static AudioChunk audioChunk() {
        return new AudioChunk(
                "call-1",
                "customer",
                Role.CUSTOMER,
                AudioCodec.PCM_MULAW,
                8000,
                17L,
                27_200L,
                AT,
                ByteBuffer.wrap("eight by".getBytes(US_ASCII)),
                true);
    }

    private static AudioChunk lastChunk() {
        return new AudioChunk(
                "", "", Role.UNKNOWN, AudioCodec.UNKNOWN, 48_000, 0L, 0L, Instant.EPOCH, ByteBuffer.allocate(0), false);
    }

    private static CallEvent callEvent() {
        return new CallEvent("call-1", CallEventType.NOTICE_GIVEN, AT, "customer", "notice-de-3");
    }

    private static PromptBankRecord promptBank() {
        return new PromptBankRecord(
                "support",
                "7",
                List.of(new BankPrompt("fed-up", "sounds fed up"), new BankPrompt("calm", "calm and friendly")),
                AT,
                "ada");
    }

    static EmotionTag emotionTag() {
        return EmotionTag.newBuilder()
                .setCallId("call-1")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setWindowIndex(12)
                .setStartMs(12_000)
                .setEndMs(15_000)
                .setValence(new Interval(-0.4567, -0.9, 0.0123))
                .setArousal(new Interval(0.6543, 0.2, 1.0))
                .setRanking(List.of(FED_UP, CALM))
                .setSpeechRatio(0.875)
                .setCoverage(0.9667)
                .setClipping(0.001)
                .setPartial(true)
                .setModel(MODEL)
                .setPromptBank(BANK)
                .setCapturedAt(AT)
                .build();
    }

    private static EmotionTag abstained() {
        return EmotionTag.newBuilder()
                .setCallId("call-1")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setWindowIndex(0)
                .setStartMs(0)
                .setEndMs(3_000)
                .setAbstained(AbstainReason.NO_SPEECH)
                .setRanking(List.of())
                .setSpeechRatio(0)
                .setCoverage(1)
                .setClipping(0)
                .setModel(MODEL)
                .setPromptBank(BANK)
                .build();
    }

    private static CallSummary callSummary() {
        ChannelSummary customer = new ChannelSummary(
                "customer",
                Role.CUSTOMER,
                60L,
                62_000L,
                0.71,
                0.2,
                new AffectSummary(-0.2, -0.9, 15_000L, 0.4, 60_000L, 0.05),
                new AffectSummary(0.3, -0.1, 61_000L, 0.8, 15_000L, -0.11),
                new QuadrantTimes(10_000L, 20_000L, 5_000L, 13_000L),
                List.of(
                        new Peak(12L, 12_000L, 15_000L, -0.9, 0.8, FED_UP),
                        new Peak(57L, 57_000L, 60_000L, 0.4, 0.0, null)));
        ChannelSummary silent = new ChannelSummary(
                "second", Role.CUSTOMER, 0L, 0L, 0.0, 0.0, null, null, new QuadrantTimes(0L, 0L, 0L, 0L), List.of());
        return new CallSummary("call-1", List.of(customer, silent), true, MODEL, BANK, AT);
    }

    private static EmotionAlert emotionAlert() {
        return new EmotionAlert(
                "call-1/customer/angry/12",
                "call-1",
                "customer",
                Role.CUSTOMER,
                "angry",
                AlertPhase.END,
                12_000L,
                25_000L,
                List.of(
                        new AlertEvidence(12L, 12_000L, 15_000L, -0.4567, 0.6543, null),
                        new AlertEvidence(13L, 13_000L, 16_000L, null, null, FED_UP)),
                MODEL,
                BANK,
                AT);
    }

    private static EmotionAlert alertStart() {
        return new EmotionAlert(
                "a",
                "call-1",
                "customer",
                Role.CUSTOMER,
                "angry",
                AlertPhase.START,
                0L,
                null,
                List.of(),
                MODEL,
                BANK,
                AT);
    }

    private static DeadChunk deadChunk() {
        return new DeadChunk(
                "OVERSIZED_PAYLOAD",
                "payload must have at most 262144 bytes: 20971520",
                "audio-chunks",
                3,
                123_456_789_012L,
                "call-1",
                "customer",
                18L,
                20_971_520L,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                AT);
    }

    private static DeadChunk unreadableChunk() {
        return new DeadChunk(
                "UNREADABLE",
                "record on audio-chunks must have at least 10 bytes to be AudioChunk: 0",
                "audio-chunks",
                0,
                0L,
                null,
                null,
                null,
                0L,
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                AT);
    }

    private static PolicyRecord scored() {
        return new PolicyRecord(
                "call-1",
                "customer",
                Role.CUSTOMER,
                PolicyDecision.SCORED,
                "require-notice",
                "notice-de-3",
                MODEL,
                BANK,
                120L,
                AT,
                0L);
    }

    private static PolicyRecord blocked() {
        return new PolicyRecord(
                "call-1", "agent", Role.AGENT, PolicyDecision.BLOCKED_ROLE, "roles", null, null, null, 1L, AT, 0L);
    }
}
