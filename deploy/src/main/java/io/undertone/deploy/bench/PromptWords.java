package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.undertone.rank.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// As many different prompts as are wanted, up to 4,096: sixteen voices in sixteen manners with sixteen feelings.
final class PromptWords {

    static final int MOST = 4_096;

    private static final List<String> WHO = List.of(
            "a customer",
            "a caller",
            "somebody",
            "a woman",
            "a man",
            "an old man",
            "a young woman",
            "a regular customer",
            "a stranger",
            "a neighbour",
            "a patient",
            "a traveller",
            "a tenant",
            "a subscriber",
            "a parent",
            "a guest");
    private static final List<String> HOW = List.of(
            "who sounds",
            "who is quietly",
            "who is loudly",
            "who is barely",
            "who is deeply",
            "who is suddenly",
            "who is still",
            "who is no longer",
            "who is a little",
            "who is rather",
            "who is very",
            "who is openly",
            "who is visibly",
            "who is clearly",
            "who is almost",
            "who pretends to be");
    private static final List<String> WHAT = List.of(
            "angry",
            "pleased",
            "sad",
            "relieved",
            "afraid",
            "bored",
            "excited",
            "calm",
            "disappointed",
            "grateful",
            "impatient",
            "surprised",
            "disgusted",
            "proud",
            "ashamed",
            "worried");

    private PromptWords() {}

    static List<Prompt> prompts(int count) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = WHO.get(i / 16 % 16) + " " + HOW.get(i / 256 % 16) + " " + WHAT.get(i % 16);
            prompts.add(new Prompt("prompt-" + i, text));
        }
        return prompts;
    }

    static void write(int count, Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ArrayNode array = json.createArrayNode();
        for (Prompt prompt : prompts(count)) {
            array.addObject().put("id", prompt.id()).put("text", prompt.text());
        }
        Files.write(file, json.writeValueAsBytes(array));
    }
}
