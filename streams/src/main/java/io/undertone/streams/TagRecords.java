package io.undertone.streams;

import io.undertone.rank.Estimate;
import io.undertone.schemas.AbstainReason;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.RankedPrompt;
import io.undertone.tag.Abstention;
import io.undertone.tag.Tag;
import io.undertone.window.WindowQuality;
import io.undertone.window.WindowSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Tags in, records of the tag topic out. Immutable.
final class TagRecords {

    private final WindowSpec spec;
    private final ModelVersion model;
    private final PromptBankVersion bank;

    TagRecords(WindowSpec spec, ModelVersion model, PromptBankVersion bank) {
        this.spec = spec;
        this.model = model;
        this.bank = bank;
    }

    EmotionTag record(LiveChannel.Scored channel, Tag tag) {
        WindowQuality quality = tag.quality();
        long endMillis = spec.endMillis(tag.windowIndex());
        EmotionTag.Builder record = EmotionTag.newBuilder()
                .setCallId(channel.id().callId())
                .setChannel(channel.id().channel())
                .setRole(channel.role())
                .setWindowIndex(tag.windowIndex())
                .setStartMs(spec.startMillis(tag.windowIndex()))
                .setEndMs(endMillis)
                .setSpeechRatio(quality.speechRatio())
                .setCoverage(quality.coverage())
                .setClipping(quality.clipping())
                .setPartial(quality.partial())
                .setModel(model)
                .setPromptBank(bank)
                .setCapturedAt(capturedAt(channel, endMillis).orElse(null));
        return switch (tag) {
            case Tag.Abstained abstained ->
                record.setAbstained(reason(abstained.reason()))
                        .setRanking(List.of())
                        .build();
            case Tag.Scored scored ->
                record.setValence(interval(scored.valence()))
                        .setArousal(interval(scored.arousal()))
                        .setRanking(scored.ranking().prompts().stream()
                                .map(TagRecords::ranked)
                                .toList())
                        .build();
        };
    }

    private static Optional<Instant> capturedAt(LiveChannel.Scored channel, long endMillis) {
        return channel.completing(endMillis).map(mark -> Instant.ofEpochMilli(mark.capturedAtMillis()));
    }

    private static Interval interval(Estimate estimate) {
        return new Interval(estimate.value(), estimate.low(), estimate.high());
    }

    private static RankedPrompt ranked(io.undertone.rank.RankedPrompt ranked) {
        return new RankedPrompt(
                ranked.prompt().id(),
                ranked.prompt().text(),
                ranked.similarity(),
                ranked.strength(),
                ranked.probability());
    }

    private static AbstainReason reason(Abstention abstention) {
        return switch (abstention) {
            case NO_SPEECH -> AbstainReason.NO_SPEECH;
            case LOW_COVERAGE -> AbstainReason.LOW_COVERAGE;
            case UNCERTAIN -> AbstainReason.UNCERTAIN;
            case ENCODER_FAILED -> AbstainReason.ENCODER_FAILED;
        };
    }
}
