package io.undertone.trainer.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.undertone.trainer.corpus.Affect;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Fifty prompts in words that training never saw, each with the place where a person would put it
/// (`unseen-prompts.yaml`).
final class UnseenPrompts {

    /// A coordinate nearer to 0 is meant as neither side.
    private static final double SIDE = 0.25;

    /// How far from 0 a coordinate may be read that is meant as neither side.
    private static final double MIDDLE = 0.35;

    private UnseenPrompts() {}

    /// @param place where a person would put it
    record Prompt(String text, Affect place) {}

    static List<Prompt> read() {
        try (InputStream in = UnseenPrompts.class.getResourceAsStream("unseen-prompts.yaml")) {
            if (in == null) {
                throw new IllegalStateException("unseen-prompts.yaml is missing from the jar");
            }
            List<Prompt> prompts = new ArrayList<>();
            for (JsonNode node : new YAMLMapper().readTree(in)) {
                JsonNode place = node.get("place");
                prompts.add(new Prompt(
                        node.get("text").asText(),
                        new Affect(place.get(0).asDouble(), place.get(1).asDouble())));
            }
            return List.copyOf(prompts);
        } catch (IOException e) {
            throw new UncheckedIOException("unseen-prompts.yaml cannot be read", e);
        }
    }

    /// Whether a text stands in the region that is meant: on the meant side of both axes.
    static boolean inRegion(Affect meant, Affect read) {
        return onSide(meant.valence(), read.valence()) && onSide(meant.arousal(), read.arousal());
    }

    private static boolean onSide(double meant, double read) {
        return Math.abs(meant) < SIDE ? Math.abs(read) <= MIDDLE : meant * read > 0;
    }
}
