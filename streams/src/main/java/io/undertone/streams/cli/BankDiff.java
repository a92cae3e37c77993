package io.undertone.streams.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.rank.Prompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What changes when one list of prompts takes the place of another, by id. The order of prompts is no difference.
///
/// @param added only in the new list
/// @param removed only in the old list
/// @param changed in both, with another text
record BankDiff(List<Prompt> added, List<Prompt> removed, List<Change> changed) {

    record Change(String id, String before, String after) {}

    static BankDiff of(List<Prompt> before, List<Prompt> after) {
        Map<String, Prompt> old = new LinkedHashMap<>();
        before.forEach(prompt -> old.put(prompt.id(), prompt));
        List<Prompt> added = new ArrayList<>();
        List<Change> changed = new ArrayList<>();
        for (Prompt prompt : after) {
            Prompt known = old.remove(prompt.id());
            if (known == null) {
                added.add(prompt);
            } else if (!known.text().equals(prompt.text())) {
                changed.add(new Change(prompt.id(), known.text(), prompt.text()));
            }
        }
        return new BankDiff(added, List.copyOf(old.values()), changed);
    }

    boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
    }

    /// `+ id: text`, `- id: text`, `~ id: text -> text`.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        removed.forEach(prompt -> lines.add("- " + prompt.id() + ": " + prompt.text()));
        changed.forEach(change -> lines.add("~ " + change.id() + ": " + change.before() + " -> " + change.after()));
        added.forEach(prompt -> lines.add("+ " + prompt.id() + ": " + prompt.text()));
        return lines;
    }

    ObjectNode json() {
        ObjectNode json = TagJson.object();
        prompts(json.putArray("added"), added);
        prompts(json.putArray("removed"), removed);
        ArrayNode changes = json.putArray("changed");
        changed.forEach(change -> changes.addObject()
                .put("id", change.id())
                .put("before", change.before())
                .put("after", change.after()));
        return json;
    }

    static void prompts(ArrayNode array, List<Prompt> prompts) {
        prompts.forEach(prompt -> array.addObject().put("id", prompt.id()).put("text", prompt.text()));
    }
}
