package io.undertone.streams;

import io.undertone.model.Sha256;
import io.undertone.rank.Prompt;
import io.undertone.rank.PromptBank;
import java.nio.file.Path;
import java.util.List;

/// The prompts of a file, without a bundle. Immutable.
public record PromptSet(List<Prompt> prompts) {

    /// Of a live bank. Each is embedded when the bank comes, some milliseconds a prompt, while the one before goes on.
    public static final int MAX_PROMPTS = 4096;

    /// Of all ids and texts of a live bank: a tag that lists all of them must stay below Kafka's 1 MB.
    public static final int MAX_BYTES = 512 << 10;

    public PromptSet {
        prompts = List.copyOf(prompts);
    }

    /// @throws io.undertone.audio.InvalidInputException with file, line and column
    public static PromptSet read(Path file) {
        return new PromptSet(PromptBank.parseFile(file));
    }

    /// A file has no version of its own, so the hash of its prompts stands for it: 12 hexadecimal digits.
    public String version() {
        return Sha256.hex(prompts.toString(), 6);
    }
}
