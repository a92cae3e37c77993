package io.undertone.streams;

import io.undertone.schemas.TopicSpec;
import io.undertone.schemas.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// What came out of a tagger, on all topics of results: for each channel its records in their order, without what
/// only the wall clock of the process says. Two runs over the same records must give equal results, whatever else
/// happened.
///
/// Left out are `at` of summaries, alerts, audit and dead letters (when the record was made), and the dates of the
/// records that have the same date (summaries and audit). Those of tags, alerts and dead letters are the gateway's
/// clock and are compared. `sourceTopic` and `sourceOffset` are those of the run's topic. Of a call with several
/// channels that are scored, what a running summary says of the one when the other is due hangs on whose windows were
/// answered first: such a summary is counted, not compared. Its last one is compared.
///
/// Mutable; owned by one thread.
final class Results {

    static final String TAGS = "emotion-tags";

    private static final Set<String> DATED_WHEN_MADE = Set.of("emotion-calls", "policy-audit");
    private static final Set<String> OF_THE_RUN = Set.of("at", "sourceTopic", "sourceOffset");
    private static final int SHOWN_CHARACTERS = 300;

    private final Set<String> callsOfSeveral;
    private final Map<String, List<String>> records = new TreeMap<>(); // by topic, call and channel

    /// @param callsOfSeveral ids of calls of which more than one channel is scored
    Results(Set<String> callsOfSeveral) {
        this.callsOfSeveral = Set.copyOf(callsOfSeveral);
    }

    /// @return the name of the topic, without a prefix
    static String plainName(Topics topics, String name) {
        List<TopicSpec<?>> results = topics.results();
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i).name().equals(name)) {
                return Topics.defaults().results().get(i).name();
            }
        }
        throw new IllegalArgumentException("no topic of results: " + name);
    }

    /// @param topic its plain name
    /// @param value null for a tombstone
    void add(String topic, @Nullable String key, @Nullable SpecificRecord value, long timestamp) {
        records.computeIfAbsent(place(topic, key, value), _ -> new ArrayList<>())
                .add(text(topic, key, value, timestamp));
    }

    private static String place(String topic, @Nullable String key, @Nullable SpecificRecord value) {
        Schema.@Nullable Field channel =
                value == null ? null : value.getSchema().getField("channel");
        return place(
                topic,
                Objects.requireNonNullElse(key, "no key"),
                value == null || channel == null ? "" : String.valueOf(value.get(channel.pos())));
    }

    private static String place(String topic, String call, String channel) {
        return topic + " of " + call + (channel.isEmpty() ? "" : ", " + channel);
    }

    private String text(String topic, @Nullable String key, @Nullable SpecificRecord value, long timestamp) {
        if (value == null) {
            return "tombstone";
        }
        Schema.@Nullable Field finished = value.getSchema().getField("finished");
        if (key != null
                && callsOfSeveral.contains(key)
                && finished != null
                && Boolean.FALSE.equals(value.get(finished.pos()))) {
            return "a running summary";
        }
        StringJoiner text = new StringJoiner(", ");
        for (Schema.Field field : value.getSchema().getFields()) {
            if (!OF_THE_RUN.contains(field.name())) {
                text.add(field.name() + " " + value.get(field.pos()));
            }
        }
        return DATED_WHEN_MADE.contains(topic)
                ? text.toString()
                : text.add("date " + timestamp).toString();
    }

    /// How many tags a channel has.
    int tags(String call, String channel) {
        return records.getOrDefault(place(TAGS, call, channel), List.of()).size();
    }

    /// Records of all topics.
    long count() {
        return records.values().stream().mapToLong(List::size).sum();
    }

    /// Records by topic.
    Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        records.forEach(
                (place, texts) -> counts.merge(place.substring(0, place.indexOf(' ')), (long) texts.size(), Long::sum));
        return counts;
    }

    /// Where these differ from others, for people; empty if they are equal.
    Optional<String> difference(Results expected) {
        Set<String> places = new TreeSet<>(records.keySet());
        places.addAll(expected.records.keySet());
        StringJoiner differences = new StringJoiner("\n");
        for (String place : places) {
            List<String> is = records.getOrDefault(place, List.of());
            List<String> should = expected.records.getOrDefault(place, List.of());
            if (!is.equals(should)) {
                int at = 0;
                while (at < Math.min(is.size(), should.size()) && is.get(at).equals(should.get(at))) {
                    at++;
                }
                String first = at < is.size() ? is.get(at) : "missing";
                String other = at < should.size() ? should.get(at) : "missing";
                int from =
                        Math.max(0, Arrays.mismatch(first.toCharArray(), other.toCharArray()) - SHOWN_CHARACTERS / 3);
                differences.add(place + ": " + is.size() + " records, not " + should.size() + "; record " + at
                        + "\n  is     " + shown(first, from) + "\n  not    " + shown(other, from));
            }
        }
        return differences.length() == 0 ? Optional.empty() : Optional.of(differences.toString());
    }

    private static String shown(String text, int from) {
        return text.substring(Math.min(from, text.length()), Math.min(text.length(), from + SHOWN_CHARACTERS));
    }
}
