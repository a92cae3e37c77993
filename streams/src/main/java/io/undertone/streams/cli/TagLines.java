package io.undertone.streams.cli;

import io.undertone.rank.RankedPrompt;
import io.undertone.schemas.EmotionTag;
import java.io.Console;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Tags as one line each, for people: call time, channel, valence and arousal, and the descriptions that fit best with
/// a small bar of their strength.
///
/// @param colours whether ANSI colours may be used: only on a terminal
public record TagLines(boolean colours) {

    private static final int SHOWN = 2;
    private static final int TEXT_WIDTH = 36;
    private static final int BAR_WIDTH = 6;
    private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

    private static final String RED = "31";
    private static final String GREEN = "32";
    private static final String BOLD = "1";
    private static final String DIM = "2";

    /// Colours when stdout is a terminal that knows them.
    public static TagLines forStdout() {
        boolean terminal = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new TagLines(terminal && System.getenv("NO_COLOR") == null && !"dumb".equals(System.getenv("TERM")));
    }

    public String ofCall(EmotionTag tag) {
        TagView view = TagView.of(tag);
        return line(String.format("%-14s %-9s", tag.getCallId(), tag.getChannel()), view);
    }

    String ofFile(TagView tag) {
        return line(String.format("%-6s", tag.channel()), tag);
    }

    private String line(String who, TagView tag) {
        String head = callTime(tag.startMillis()) + "  " + who + "  ";
        if (tag.abstained()) {
            return head + style(DIM, says(tag.abstainReason().orElse("OTHER")));
        }
        String affect = tag.affect()
                .map(values -> "valence " + signed(values.valence().value()) + "  arousal "
                        + style(BOLD, number(values.arousal().value())) + "   ")
                .orElse("");
        return head
                + affect
                + tag.ranking().stream().limit(SHOWN).map(this::description).collect(Collectors.joining("  "));
    }

    private String description(RankedPrompt ranked) {
        return String.format("%-" + TEXT_WIDTH + "s", shortened(ranked.prompt().text())) + " "
                + style(DIM, bar(ranked.strength())) + String.format(Locale.ROOT, " %.2f", ranked.strength());
    }

    /// A line of blocks, in eighths of a character.
    ///
    /// @param share in [0, 1]
    static String bar(double share) {
        int eighths = (int) Math.round(Math.clamp(share, 0, 1) * BAR_WIDTH * 8);
        StringBuilder bar = new StringBuilder();
        for (int i = 0; i < BAR_WIDTH; i++) {
            bar.append(EIGHTHS.charAt(Math.clamp(eighths - i * 8L, 0, 8)));
        }
        return bar.toString();
    }

    /// Minutes, seconds and tenths since the start of the call.
    static String callTime(long millis) {
        return String.format(Locale.ROOT, "%3d:%04.1f", millis / 60_000, millis % 60_000 / 1000.0);
    }

    private static String says(String reason) {
        return switch (reason) {
            case "NO_SPEECH" -> "(nobody speaks)";
            case "LOW_COVERAGE" -> "(too much audio is missing)";
            case "UNCERTAIN" -> "(uncertain: no description fits)";
            case "ENCODER_FAILED" -> "(the encoder failed)";
            default -> "(nothing is said: " + reason + ")";
        };
    }

    private static String shortened(String text) {
        return text.length() <= TEXT_WIDTH ? text : text.substring(0, TEXT_WIDTH - 1) + "…";
    }

    private String signed(double value) {
        return style(value < 0 ? RED : GREEN, number(value));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%+.2f", value);
    }

    private String style(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
