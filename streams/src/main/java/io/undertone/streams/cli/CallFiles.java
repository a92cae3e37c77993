package io.undertone.streams.cli;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Recorded calls by their file names: `NAME_customer.wav` (or `_caller`), `NAME_agent.wav`, `NAME_mix.wav`; `agent*`
/// is an agent alone; of any other file nobody knows who speaks.
public final class CallFiles {

    private static final Pattern SIDE = Pattern.compile("(.+)_(customer|caller|agent|mix|mixed)");

    private CallFiles() {}

    /// One side of a call.
    ///
    /// @param call name of the call
    /// @param channel name of the channel when the file has one channel
    public record Side(String call, String channel, Role role) {}

    /// What a file's name says.
    public static Side side(Path file) {
        String name = stem(file);
        Matcher matcher = SIDE.matcher(name.toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            String call = name.substring(0, matcher.end(1));
            return switch (matcher.group(2)) {
                case "customer", "caller" -> new Side(call, "customer", Role.CUSTOMER);
                case "agent" -> new Side(call, "agent", Role.AGENT);
                default -> new Side(call, "mixed", Role.MIXED);
            };
        }
        return name.toLowerCase(Locale.ROOT).startsWith("agent")
                ? new Side(name, "agent", Role.AGENT)
                : new Side(name, "unknown", Role.UNKNOWN);
    }

    /// The calls of a folder, sorted by name, each with the files of its sides.
    ///
    /// @throws InvalidInputException if the folder cannot be read or holds no audio
    public static Map<String, List<Path>> calls(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(folder + " is no folder; expected a folder of recorded calls");
        }
        Map<String, List<Path>> calls = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(CallFiles::isAudio)
                    .sorted()
                    .forEach(file -> calls.computeIfAbsent(side(file).call(), _ -> new ArrayList<>())
                            .add(file));
        } catch (IOException e) {
            throw new InvalidInputException(folder + " cannot be read: " + e.getMessage(), e);
        }
        if (calls.isEmpty()) {
            throw new InvalidInputException(folder + " holds no audio; expected .wav, .opus or .ogg files");
        }
        return calls;
    }

    /// By the name's end: what a folder is searched for.
    static boolean isAudio(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(".wav", ".opus", ".ogg", ".oga").anyMatch(name::endsWith);
    }

    private static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
