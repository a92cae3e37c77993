package io.undertone.rank;

/// A free-text description of how somebody sounds, for example "a customer losing patience".
///
/// @param id names the prompt in tags and across versions of a bank
public record Prompt(String id, String text) {

    public Prompt {
        if (id.isBlank()) {
            throw new IllegalArgumentException("id of a prompt must not be blank (text: '" + text + "')");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("text of prompt '" + id + "' must not be blank");
        }
    }
}
