package io.undertone.trainer.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The documented table `emotions.yaml`: where each category stands in the plane, and the words for it. Immutable.
public final class EmotionTable {

    private static final EmotionTable INSTANCE = load();

    private final Map<String, Entry> entries;
    private final Map<String, String> synonyms;
    private final Map<String, Double> intensities;
    private final Map<String, Affect> plane;
    private final Map<String, Affect> planeActs;

    /// @param words complete "sounds ..."
    /// @param acts complete "someone ..."
    record Entry(Affect place, List<String> words, List<String> acts) {}

    private EmotionTable(
            Map<String, Entry> entries,
            Map<String, String> synonyms,
            Map<String, Double> intensities,
            Map<String, Affect> plane,
            Map<String, Affect> planeActs) {
        this.entries = entries;
        this.synonyms = synonyms;
        this.intensities = intensities;
        this.plane = plane;
        this.planeActs = planeActs;
    }

    /// One name for each category: lower case, synonyms replaced.
    public static String canonical(String emotion) {
        String lower = emotion.strip().toLowerCase(Locale.ROOT);
        return INSTANCE.synonyms.getOrDefault(lower, lower);
    }

    /// Every category of the table.
    public static List<String> categories() {
        return List.copyOf(INSTANCE.entries.keySet());
    }

    /// Where a category of an intensity stands; nothing if the table does not know it.
    public static Optional<Affect> place(String emotion, String intensity) {
        Entry entry = INSTANCE.entries.get(canonical(emotion));
        if (entry == null) {
            return Optional.empty();
        }
        Affect neutral = INSTANCE.neutral();
        double factor = INSTANCE.intensities.getOrDefault(intensity, 1.0);
        double valence = neutral.valence() + factor * (entry.place.valence() - neutral.valence());
        double arousal = neutral.arousal() + factor * (entry.place.arousal() - neutral.arousal());
        return Optional.of(new Affect(Math.clamp(valence, -1, 1), Math.clamp(arousal, -1, 1)));
    }

    /// Where a clip stands, each dimension for itself: as rated, else where its category stands, else nowhere.
    public static Place place(Clip clip) {
        return clip.rated()
                .orElse(place(clip.emotion(), clip.intensity()).map(Place::of).orElse(Place.UNKNOWN));
    }

    /// Words for a category, most usual first; its own name when the table does not know it.
    public static List<String> words(String emotion) {
        Entry entry = INSTANCE.entries.get(emotion);
        return entry == null ? List.of(emotion) : entry.words;
    }

    static List<String> acts(String emotion) {
        Entry entry = INSTANCE.entries.get(emotion);
        return entry == null ? List.of() : entry.acts;
    }

    /// Words for places of the plane, whatever the category.
    static Map<String, Affect> planeWords() {
        return INSTANCE.plane;
    }

    /// What people do that tells a place of the plane, whatever the category.
    static Map<String, Affect> planeActs() {
        return INSTANCE.planeActs;
    }

    private Affect neutral() {
        Entry entry = entries.get("neutral");
        return entry == null ? new Affect(0, 0) : entry.place;
    }

    private static EmotionTable load() {
        JsonNode root = resource("emotions.yaml");
        Map<String, Entry> entries = new LinkedHashMap<>();
        root.get("emotions")
                .properties()
                .forEach(field -> entries.put(
                        field.getKey(),
                        new Entry(
                                affect(field.getValue().get("place")),
                                strings(field.getValue().get("words")),
                                strings(field.getValue().get("acts")))));
        Map<String, String> synonyms = new LinkedHashMap<>();
        root.get("synonyms")
                .properties()
                .forEach(field -> synonyms.put(field.getKey(), field.getValue().asText()));
        Map<String, Double> intensities = new LinkedHashMap<>();
        root.get("intensities")
                .properties()
                .forEach(field ->
                        intensities.put(field.getKey(), field.getValue().asDouble()));
        return new EmotionTable(
                entries, synonyms, intensities, places(root.get("plane")), places(root.get("plane-acts")));
    }

    private static Map<String, Affect> places(JsonNode node) {
        Map<String, Affect> places = new LinkedHashMap<>();
        node.properties().forEach(field -> places.put(field.getKey(), affect(field.getValue())));
        return places;
    }

    private static Affect affect(JsonNode pair) {
        return new Affect(pair.get(0).asDouble(), pair.get(1).asDouble());
    }

    static List<String> strings(JsonNode list) {
        List<String> values = new ArrayList<>();
        list.forEach(value -> values.add(value.asText()));
        return List.copyOf(values);
    }

    static JsonNode resource(String name) {
        try (InputStream in = EmotionTable.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing from the jar");
            }
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + name + " cannot be read", e);
        }
    }
}
