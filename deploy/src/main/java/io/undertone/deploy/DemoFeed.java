package io.undertone.deploy;

import io.undertone.schemas.AudioChunk;
import io.undertone.schemas.Role;
import io.undertone.streams.cli.CallReplay;
import io.undertone.streams.cli.Pacer;
import io.undertone.streams.cli.RecordedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Replays the calls side by side in real time, each again from its start when it is over, until the end. One chunk of
/// a customer is sent broken first and then whole, as by a gateway that tries again.
///
/// Threading: `run` belongs to one thread; `producedAt` may be asked by any.
final class DemoFeed {

    /// Calls do not begin at the same moment, or all of their windows would.
    private static final Duration BETWEEN_STARTS = Duration.ofMillis(1300);
    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);
    private static final long BROKEN_SEQUENCE = 10;

    /// Where chunks go.
    interface Line {

        void send(AudioChunk chunk);

        /// Sends a record that begins like the chunk's and is none.
        void sendBroken(AudioChunk chunk);

        /// The call starts and notice is given.
        void begin(String callId, Instant at);

        void end(String callId, Instant at);
    }

    private final List<DemoCall> calls;
    private final Line line;
    private final Pacer pacer;
    private final Map<String, CallReplay> replays = new ConcurrentHashMap<>(); // by call id
    private boolean broken;

    DemoFeed(List<DemoCall> calls, Line line, Pacer pacer) {
        this.calls = List.copyOf(calls);
        this.line = line;
        this.pacer = pacer;
    }

    /// Sends until `end`, then hangs up. Ends early, hanging up as well, when the thread is interrupted.
    void run(Instant start, Instant end) {
        List<Round> rounds = new ArrayList<>();
        for (DemoCall call : calls) {
            rounds.add(begin(call, 1, start.plus(BETWEEN_STARTS.multipliedBy(rounds.size()))));
        }
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Round next =
                        rounds.stream().min(Comparator.comparing(Round::due)).orElseThrow();
                if (next.due().isAfter(end)) {
                    pacer.waitUntil(end);
                    break;
                }
                pacer.waitUntil(next.due());
                send(next.replay().take());
                if (next.replay().nextDue().isEmpty()) {
                    line.end(next.replay().callId(), pacer.now());
                    rounds.set(
                            rounds.indexOf(next),
                            begin(
                                    next.call(),
                                    next.number() + 1,
                                    next.replay().end().plus(BETWEEN_ROUNDS)));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            for (Round round : rounds) {
                round.replay().hangUp().forEach(line::send);
                line.end(round.replay().callId(), pacer.now());
            }
        }
    }

    /// When the sample that ends at `callMillis` of a channel was produced; empty for a call that is not ours.
    Optional<Instant> producedAt(String callId, String channel, long callMillis) {
        return Optional.ofNullable(replays.get(callId)).map(replay -> replay.producedAt(channel, callMillis));
    }

    private void send(AudioChunk chunk) {
        if (!broken && chunk.getRole() == Role.CUSTOMER && chunk.getSequence() == BROKEN_SEQUENCE) {
            broken = true;
            line.sendBroken(chunk);
        }
        line.send(chunk);
    }

    private Round begin(DemoCall call, int number, Instant start) {
        List<RecordedChannel> channels = call.channels();
        CallReplay replay = new CallReplay(call.name() + "-" + number, channels, start, 1);
        replays.put(replay.callId(), replay);
        line.begin(replay.callId(), start);
        return new Round(call, number, replay);
    }

    /// One time through a call.
    private record Round(DemoCall call, int number, CallReplay replay) {

        Instant due() {
            return replay.nextDue().orElseThrow();
        }
    }
}
