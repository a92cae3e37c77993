package io.undertone.streams;

import io.undertone.schemas.RankedPrompt;

/// Ranked prompts in the stores: what peaks and alerts keep of a tag.
final class StoredPrompts {

    private StoredPrompts() {}

    static void write(RankedPrompt prompt, StateWriter out) {
        out.putText(prompt.getId()).putText(prompt.getPrompt());
        out.putDouble(prompt.getSimilarity()).putDouble(prompt.getStrength()).putDouble(prompt.getProbability());
    }

    static RankedPrompt read(StateReader in) {
        return new RankedPrompt(in.text(), in.text(), in.getDouble(), in.getDouble(), in.getDouble());
    }
}
