package io.undertone.streams.cli;

import io.undertone.schemas.TrainingEmbedding;
import io.undertone.schemas.TrainingKeys;
import io.undertone.schemas.TrainingLabel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which label a window has. A label touches a window of its channel when the two share at least half of the shorter
/// one: a long stretch touches the windows that it covers by half, a short one those that hold half of it, a moment
/// those that hold it. Of several the latest counts; of those said at one time, the shortest. Immutable.
final class LabelJoin {

    private static final Comparator<TrainingLabel> LATEST_FIRST = Comparator.comparing(TrainingLabel::getAt)
            .reversed()
            .thenComparingLong(label -> label.getEndMs() - label.getStartMs())
            .thenComparingLong(TrainingLabel::getStartMs);

    private final Map<String, List<TrainingLabel>> byChannel = new HashMap<>(); // the latest first

    LabelJoin(Collection<TrainingLabel> labels) {
        labels.forEach(label -> byChannel
                .computeIfAbsent(channel(label.getCallId(), label.getChannel()), _ -> new ArrayList<>())
                .add(label));
        byChannel.values().forEach(list -> list.sort(LATEST_FIRST));
    }

    /// Whether a window of the channel can have a label.
    boolean hasLabels(TrainingEmbedding window) {
        return byChannel.containsKey(channel(window.getCallId(), window.getChannel()));
    }

    Optional<TrainingLabel> labelOf(TrainingEmbedding window) {
        return byChannel.getOrDefault(channel(window.getCallId(), window.getChannel()), List.of()).stream()
                .filter(label -> touches(label, window.getStartMs(), window.getEndMs()))
                .findFirst();
    }

    static boolean touches(TrainingLabel label, long startMillis, long endMillis) {
        long from = label.getStartMs();
        long to = label.getEndMs();
        if (from == to) {
            return startMillis <= from && from < endMillis;
        }
        long shared = Math.min(to, endMillis) - Math.max(from, startMillis);
        long shorter = Math.min(to - from, endMillis - startMillis);
        return shared > 0 && 2 * shared >= shorter;
    }

    private static String channel(String callId, String channel) {
        return TrainingKeys.channel(callId, channel);
    }
}
