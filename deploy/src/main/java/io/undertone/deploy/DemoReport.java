package io.undertone.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PolicyRecord;
import io.undertone.schemas.Role;
import io.undertone.streams.cli.TagJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What the demo counted.
///
/// Threading: belongs to one thread.
final class DemoReport {

    private final Map<Role, Long> tagsByRole = new EnumMap<>(Role.class);
    private final List<Long> latencies = new ArrayList<>(); // ms
    private final Set<String> droppedChannels = new HashSet<>();
    private long abstained;
    private long droppedChunks;
    private long deadLetters;

    DemoReport() {
        for (Role role : Role.values()) {
            tagsByRole.put(role, 0L);
        }
    }

    void count(EmotionTag tag) {
        tagsByRole.merge(tag.getRole(), 1L, Long::sum);
        if (tag.getAbstained() != null) {
            abstained++;
        }
    }

    /// @param latency from the production of a window's last sample until its tag was read
    void countLatency(Duration latency) {
        latencies.add(latency.toMillis());
    }

    /// @return whether this is the first that is heard of a channel that is dropped
    boolean count(PolicyRecord decision) {
        if (decision.getDecision() == PolicyDecision.SCORED) {
            return false;
        }
        droppedChunks += decision.getChunks();
        return droppedChannels.add(decision.getCallId() + "/" + decision.getChannel());
    }

    void countDeadLetter() {
        deadLetters++;
    }

    private long windows() {
        return tagsByRole.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The smallest latency that is not exceeded by the share of all; 0 when there are none.
    ///
    /// @param share in (0, 1]
    long latencyMillis(double share) {
        if (latencies.isEmpty()) {
            return 0;
        }
        List<Long> sorted = latencies.stream().sorted().toList();
        return sorted.get(Math.clamp((long) Math.ceil(share * sorted.size()) - 1, 0, sorted.size() - 1));
    }

    /// `{"summary": {...}}`.
    String json() {
        ObjectNode line = TagJson.object();
        ObjectNode summary = line.putObject("summary");
        summary.put("windows", windows());
        ObjectNode roles = summary.putObject("tagsByRole");
        tagsByRole.forEach((role, count) -> roles.put(role.name(), count));
        summary.put("abstained", abstained)
                .put("droppedByPolicy", droppedChunks)
                .put("channelsDroppedByPolicy", droppedChannels.size())
                .put("deadLetters", deadLetters)
                .put("p50LatencyMs", latencyMillis(0.50))
                .put("p99LatencyMs", latencyMillis(0.99));
        return TagJson.write(line);
    }

    List<String> lines() {
        String roles = tagsByRole.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        return List.of(
                "",
                windows() + " windows tagged (" + (roles.isEmpty() ? "none" : roles) + "), " + abstained + " abstained",
                droppedChunks + " chunks of " + droppedChannels.size()
                        + " channels dropped by the policy before decoding, " + deadLetters
                        + " on the dead-letter topic",
                "from the last sample of a window to its committed tag: p50 " + latencyMillis(0.50) + " ms, p99 "
                        + latencyMillis(0.99) + " ms");
    }
}
