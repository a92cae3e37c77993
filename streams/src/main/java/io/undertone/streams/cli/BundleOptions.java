package io.undertone.streams.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.undertone.audio.InvalidInputException;
import io.undertone.rank.PromptBank;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model and which prompts.
public final class BundleOptions {

    @Option(
            names = "--bundle",
            paramLabel = "DIR",
            description = "folder of the model bundle (default: the one that ships)")
    private @Nullable Path bundle;

    @Option(
            names = "--prompts",
            paramLabel = "FILE",
            description = "JSON array of descriptions, strings or {id, text} (default: the bundle's)")
    private @Nullable Path prompts;

    /// @throws InvalidInputException if none was named and none ships
    public Path bundle() {
        if (bundle != null) {
            return bundle;
        }
        String shipped = System.getProperty("undertone.bundle"); // set by the launcher
        if (shipped == null) {
            throw new InvalidInputException("no bundle: name its folder with --bundle");
        }
        return Path.of(shipped);
    }

    Optional<Path> named() {
        return Optional.ofNullable(bundle);
    }

    public Optional<Path> prompts() {
        return Optional.ofNullable(prompts);
    }

    /// Fails early on what would fail later, when a broker is already running.
    ///
    /// @throws InvalidInputException if there is no bundle, or the prompts do not parse
    public void check() {
        if (!Files.isRegularFile(bundle().resolve("manifest.json"))) {
            throw new InvalidInputException(bundle() + " is no model bundle: it has no manifest.json");
        }
        if (prompts != null) {
            PromptBank.parseFile(prompts);
        }
    }

    /// Whether people gave the prompts names: then tags carry them.
    public boolean promptsHaveIds() {
        if (prompts == null) {
            return true;
        }
        try (JsonParser parser = new JsonFactory().createParser(Files.readAllBytes(prompts))) {
            return parser.nextToken() == JsonToken.START_ARRAY && parser.nextToken() != JsonToken.VALUE_STRING;
        } catch (IOException _) {
            return true; // parsing the file properly says what is wrong with it
        }
    }
}
