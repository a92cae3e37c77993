package io.undertone.model;

/// A prompt that a bundle brings along.
///
/// @param id names the prompt in tags
/// @param text what is encoded
public record BundlePrompt(String id, String text) {

    public BundlePrompt {
        if (id.isBlank() || text.isBlank()) {
            throw new IllegalArgumentException(
                    "id and text of a prompt must not be blank: id '" + id + "', text '" + text + "'");
        }
    }
}
