package io.undertone.streams.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.rank.RankedPrompt;
import io.undertone.schemas.EmotionTag;
import java.util.Optional;

/// Tags as one JSON object a line, for machines. Keys are never renamed and stand in a fixed order.
///
/// `valence` and `arousal` are numbers in [-1, 1], or null when the tag abstains; `abstainReason` is there only then.
///
/// @param promptIds whether ranking entries carry the prompt's `id`: they do unless the prompts were plain strings
public record TagJson(boolean promptIds) {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    /// A line of `tag`.
    String ofFile(String file, TagView tag) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("file", file).put("channel", tag.channel());
        return line(line, tag);
    }

    /// A line of `demo` and `watch`.
    public String ofCall(EmotionTag tag) {
        ObjectNode line = MAPPER.createObjectNode();
        line.put("callId", tag.getCallId())
                .put("channel", tag.getChannel())
                .put("role", tag.getRole().name());
        return line(line, TagView.of(tag));
    }

    /// Any object as one line.
    public static String write(ObjectNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree cannot be written as JSON", e);
        }
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    private String line(ObjectNode line, TagView tag) {
        line.put("startMs", tag.startMillis()).put("endMs", tag.endMillis());
        line.put("valence", number(tag.affect().map(affect -> affect.valence().value())));
        line.put("arousal", number(tag.affect().map(affect -> affect.arousal().value())));
        line.put("abstained", tag.abstained());
        tag.abstainReason().ifPresent(reason -> line.put("abstainReason", reason));
        ArrayNode ranking = line.putArray("ranking");
        for (RankedPrompt ranked : tag.ranking()) {
            ObjectNode entry = ranking.addObject();
            if (promptIds) {
                entry.put("id", ranked.prompt().id());
            }
            entry.put("prompt", ranked.prompt().text())
                    .put("similarity", ranked.similarity())
                    .put("strength", ranked.strength())
                    .put("probability", ranked.probability());
        }
        return write(line);
    }

    @SuppressWarnings("NullAway") // Jackson takes a null Double as JSON's null
    private static Double number(Optional<Double> value) {
        return value.orElse(null);
    }
}
