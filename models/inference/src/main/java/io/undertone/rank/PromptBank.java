package io.undertone.rank;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.model.ModelBundle;
import io.undertone.model.StrengthCurve;
import io.undertone.model.TextEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Prompts with their embeddings and strength curves, made once for one bundle. Immutable; prompts keep their order.
public final class PromptBank {

    private final String id;
    private final String version;
    private final List<Prompt> prompts;
    private final Map<String, Integer> indices; // by id
    private final PromptMatrix embeddings;
    private final List<StrengthCurve> strengths; // one a prompt

    private PromptBank(
            String id,
            String version,
            List<Prompt> prompts,
            Map<String, Integer> indices,
            PromptMatrix embeddings,
            List<StrengthCurve> strengths) {
        this.id = id;
        this.version = version;
        this.prompts = prompts;
        this.indices = indices;
        this.embeddings = embeddings;
        this.strengths = strengths;
    }

    /// @param prompts at least one, ids unique
    /// @param encoder of the bundle that the windows are encoded with
    /// @throws InvalidInputException if there is no prompt, an id stands there twice, or a text is too long
    public static PromptBank of(String id, String version, List<Prompt> prompts, TextEncoder encoder) {
        if (id.isBlank() || version.isBlank()) {
            throw new IllegalArgumentException(
                    "id and version of a prompt bank must not be blank: '" + id + "', '" + version + "'");
        }
        List<Prompt> kept = List.copyOf(prompts);
        Map<String, Integer> indices = indices(id, kept);
        List<Embedding> embeddings = new ArrayList<>();
        for (Prompt prompt : kept) {
            embeddings.add(encoded(prompt, encoder));
        }
        List<StrengthCurve> strengths =
                embeddings.stream().map(encoder.calibration()::strengthCurve).toList();
        return new PromptBank(id, version, kept, indices, new PromptMatrix(embeddings), strengths);
    }

    /// The bundle's own prompts, under the id `default` and the bundle's version.
    public static PromptBank ofDefaults(ModelBundle bundle) {
        List<Prompt> prompts = bundle.defaultPrompts().stream()
                .map(prompt -> new Prompt(prompt.id(), prompt.text()))
                .toList();
        return of("default", bundle.manifest().version(), prompts, bundle.textEncoder());
    }

    /// Reads a JSON array of strings, or of `{"id": ..., "text": ...}`, or of both. A string gets an id made of
    /// its text alone, so that it stays the same wherever the prompt stands.
    ///
    /// @throws InvalidInputException with file, line and column
    public static List<Prompt> parseFile(Path json) {
        return PromptFile.read(json);
    }

    private static Map<String, Integer> indices(String bank, List<Prompt> prompts) {
        if (prompts.isEmpty()) {
            throw new InvalidInputException("prompt bank '" + bank + "' must hold at least one prompt");
        }
        Map<String, Integer> indices = new HashMap<>();
        for (int i = 0; i < prompts.size(); i++) {
            Prompt prompt = prompts.get(i);
            Integer other = indices.put(prompt.id(), i);
            if (other != null) {
                throw new InvalidInputException("prompt bank '" + bank + "' holds the id '" + prompt.id() + "' twice: '"
                        + prompts.get(other).text() + "' and '" + prompt.text() + "'");
            }
        }
        return Map.copyOf(indices);
    }

    private static Embedding encoded(Prompt prompt, TextEncoder encoder) {
        try {
            return encoder.encode(List.of(prompt.text())).getFirst();
        } catch (InvalidInputException e) {
            throw new InvalidInputException("prompt '" + prompt.id() + "': " + e.getMessage(), e);
        }
    }

    public String id() {
        return id;
    }

    public String version() {
        return version;
    }

    public List<Prompt> prompts() {
        return prompts;
    }

    public int size() {
        return prompts.size();
    }

    /// Where the prompt of that id stands; empty if the bank has none.
    OptionalInt indexOf(String promptId) {
        Integer index = indices.get(promptId);
        return index == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /// Cosine of the window and each prompt, `[size]`.
    float[] similarities(Embedding window) {
        return embeddings.cosines(window);
    }

    StrengthCurve strength(int index) {
        return strengths.get(index);
    }
}
