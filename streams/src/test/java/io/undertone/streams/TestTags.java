package io.undertone.streams;

import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import io.undertone.schemas.Role;
import java.util.List;

/// Tags of one channel by hand: windows of 3 s every second.
final class TestTags {

    static final ModelVersion MODEL = new ModelVersion("tiny", "1");
    static final PromptBankVersion BANK = new PromptBankVersion("default", "1");

    private TestTags() {}

    /// @param strength of the only prompt, `cross`
    static EmotionTag scored(long index, double valence, double arousal, double strength) {
        return tag(index)
                .setValence(new Interval(valence, -1.0, 1.0))
                .setArousal(new Interval(arousal, -1.0, 1.0))
                .setRanking(List.of(new RankedPrompt("cross", "sounds cross", 0.5, strength, 1.0)))
                .build();
    }

    static EmotionTag silent(long index) {
        return tag(index)
                .setAbstained(AbstainReason.NO_SPEECH)
                .setSpeechRatio(0)
                .setRanking(List.of())
                .build();
    }

    private static EmotionTag.Builder tag(long index) {
        return EmotionTag.newBuilder()
                .setCallId("call")
                .setChannel("customer")
                .setRole(Role.CUSTOMER)
                .setWindowIndex(index)
                .setStartMs(index * 1000)
                .setEndMs(index * 1000 + 3000)
                .setSpeechRatio(0.8)
                .setCoverage(1)
                .setClipping(0)
                .setModel(MODEL)
                .setPromptBank(BANK);
    }
}
