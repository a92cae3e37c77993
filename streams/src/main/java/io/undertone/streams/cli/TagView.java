package io.undertone.streams.cli;

import io.undertone.rank.Estimate;
import io.undertone.rank.Prompt;
import io.undertone.rank.RankedPrompt;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.tag.Tag;
import io.undertone.window.WindowSpec;
import java.util.List;
import java.util.Optional;

/// A tag as it is shown, whether it was read from the topic or made from a file. Immutable.
///
/// @param channel of the call or of the file
/// @param startMillis start of the window in call time
/// @param endMillis end of the window in call time
/// @param affect valence and arousal; empty when it abstains
/// @param abstainReason why it abstains, as on the topic; empty when it was scored
/// @param ranking most fitting first; empty when it abstains
public record TagView(
        String channel,
        long startMillis,
        long endMillis,
        Optional<Affect> affect,
        Optional<String> abstainReason,
        List<RankedPrompt> ranking) {

    /// Both in [-1, 1] with their intervals.
    public record Affect(Estimate valence, Estimate arousal) {}

    public TagView {
        ranking = List.copyOf(ranking);
    }

    public boolean abstained() {
        return abstainReason.isPresent();
    }

    static TagView of(Tag tag, String channel, WindowSpec spec) {
        long start = spec.startMillis(tag.windowIndex());
        long end = spec.endMillis(tag.windowIndex());
        return switch (tag) {
            case Tag.Scored scored ->
                new TagView(
                        channel,
                        start,
                        end,
                        Optional.of(new Affect(scored.valence(), scored.arousal())),
                        Optional.empty(),
                        scored.ranking().prompts());
            case Tag.Abstained abstained ->
                new TagView(
                        channel,
                        start,
                        end,
                        Optional.empty(),
                        Optional.of(abstained.reason().name()),
                        List.of());
        };
    }

    public static TagView of(EmotionTag tag) {
        Interval valence = tag.getValence();
        Interval arousal = tag.getArousal();
        return new TagView(
                tag.getChannel(),
                tag.getStartMs(),
                tag.getEndMs(),
                valence == null || arousal == null
                        ? Optional.empty()
                        : Optional.of(new Affect(estimate(valence), estimate(arousal))),
                Optional.ofNullable(tag.getAbstained()).map(Enum::name),
                tag.getRanking().stream()
                        .map(ranked -> new RankedPrompt(
                                new Prompt(ranked.getId(), ranked.getPrompt()),
                                ranked.getSimilarity(),
                                ranked.getStrength(),
                                ranked.getProbability()))
                        .toList());
    }

    private static Estimate estimate(Interval interval) {
        return new Estimate(interval.getValue(), interval.getLow(), interval.getHigh());
    }
}
