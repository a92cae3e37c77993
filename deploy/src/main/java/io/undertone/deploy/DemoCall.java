package io.undertone.deploy;

import io.undertone.audio.InvalidInputException;
import io.undertone.streams.cli.CallFiles;
import io.undertone.streams.cli.RecordedChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A recorded call that the demo replays.
///
/// @param name of the call, from the names of its files
/// @param channels its sides, whoever they are: the policy of the tagger decides what is scored
record DemoCall(String name, List<RecordedChannel> channels) {

    private static final Duration CHUNK = Duration.ofMillis(200);

    DemoCall {
        channels = List.copyOf(channels);
    }

    /// @throws InvalidInputException if the folder holds no calls, or a file that cannot be read
    static List<DemoCall> readAll(Path folder) {
        List<DemoCall> calls = new ArrayList<>();
        CallFiles.calls(folder).forEach((name, files) -> {
            List<RecordedChannel> channels = new ArrayList<>();
            for (Path file : files) {
                CallFiles.Side side = CallFiles.side(file);
                channels.addAll(RecordedChannel.read(file, side.channel(), side.role(), Optional.empty(), CHUNK));
            }
            calls.add(new DemoCall(name, channels));
        });
        return calls;
    }
}
