package io.undertone.trainer.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// The grammar of speaking-style descriptions: from a category, an intensity and a place in the plane to texts.
/// The same seed gives the same texts. Some wordings are never given to training, so that prompts of new
/// wordings can be measured.
public final class Captions {

    /// Words and acts of the plane farther away than this do not describe a place; nearer ones are drawn by a
    /// normal kernel.
    private static final double KERNEL = 0.18;

    /// How often an act is one of the category, not of the place.
    private static final double OWN_ACT = 0.65;

    private static final JsonNode GRAMMAR = EmotionTable.resource("templates.yaml");
    private static final List<String> WHO = EmotionTable.strings(GRAMMAR.get("who"));
    private static final List<String> TEMPLATES = EmotionTable.strings(GRAMMAR.get("templates"));
    private static final List<String> HELD_OUT_TEMPLATES = EmotionTable.strings(GRAMMAR.get("held-out-templates"));
    private static final Set<String> HELD_OUT_WORDS = Set.copyOf(EmotionTable.strings(GRAMMAR.get("held-out-words")));

    /// "a" before a vowel.
    private static final Pattern ARTICLE = Pattern.compile("\\ba (?=[aeiou])");

    private Captions() {}

    /// Distinct texts for training.
    ///
    /// @param emotion a category, or empty to describe the place only
    public static List<String> training(String emotion, String intensity, Affect place, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ (emotion + "/" + intensity + place).hashCode());
        List<String> words = EmotionTable.words(emotion).stream()
                .filter(word -> !word.isEmpty() && !HELD_OUT_WORDS.contains(word))
                .toList();
        Set<String> texts = new LinkedHashSet<>();
        for (int attempt = 0; attempt < 20 * count && texts.size() < count; attempt++) {
            String described = describe(words, place, random);
            String act = act(EmotionTable.acts(emotion), place, random);
            texts.add(fill(pick(TEMPLATES, random), described, act, intensity, random));
        }
        return List.copyOf(texts);
    }

    /// Texts of a category in wordings that training never saw: held-out sentences and, where there are any,
    /// held-out words.
    public static List<String> heldOut(String emotion) {
        List<String> words = EmotionTable.words(emotion).stream()
                .filter(HELD_OUT_WORDS::contains)
                .toList();
        List<String> texts = new ArrayList<>();
        for (String template : HELD_OUT_TEMPLATES) {
            for (String word : words.isEmpty() ? EmotionTable.words(emotion).subList(0, 1) : words) {
                texts.add(substitute(template, word, "", "someone", ""));
            }
        }
        return texts;
    }

    /// Plain prompts of a category in usual words, as a user would write them.
    public static List<String> plain(String emotion) {
        List<String> words = EmotionTable.words(emotion);
        List<String> texts = new ArrayList<>();
        for (String word : words.subList(0, Math.min(3, words.size()))) {
            texts.add(substitute("{who} who sounds {words}", word, "", "someone", ""));
            texts.add(substitute("a {words} voice", word, "", "", ""));
        }
        return texts;
    }

    private static String describe(List<String> words, Affect place, SplittableRandom random) {
        double kind = random.nextDouble();
        boolean category = !words.isEmpty();
        if (category && kind < 0.6) {
            return pick(words, random);
        }
        if (category && kind < 0.75) {
            String first = pick(words, random);
            String second = random.nextBoolean() ? pick(words, random) : near(EmotionTable.planeWords(), place, random);
            return first.equals(second) ? first : first + " and " + second;
        }
        return near(EmotionTable.planeWords(), place, random);
    }

    private static String act(List<String> acts, Affect place, SplittableRandom random) {
        boolean own = !acts.isEmpty() && random.nextDouble() < OWN_ACT;
        return own ? pick(acts, random) : near(EmotionTable.planeActs(), place, random);
    }

    private static String near(Map<String, Affect> plane, Affect place, SplittableRandom random) {
        double total = 0;
        for (Affect affect : plane.values()) {
            total += kernel(affect, place);
        }
        double target = random.nextDouble() * total;
        String last = "";
        for (Map.Entry<String, Affect> entry : plane.entrySet()) {
            last = entry.getKey();
            target -= kernel(entry.getValue(), place);
            if (target < 0) {
                break;
            }
        }
        return last;
    }

    private static double kernel(Affect word, Affect place) {
        double distance = word.distance(place) / KERNEL;
        return Math.exp(-distance * distance / 2) + 1e-9;
    }

    private static String fill(String template, String words, String act, String intensity, SplittableRandom random) {
        JsonNode degrees = GRAMMAR.get("degrees").get(intensity);
        String degree = pick(
                EmotionTable.strings(degrees == null ? GRAMMAR.get("degrees").get("") : degrees), random);
        return substitute(template, words, act, pick(WHO, random), degree);
    }

    private static String substitute(String template, String words, String act, String who, String degree) {
        String text = template.replace("{words}", words)
                .replace("{act}", act)
                .replace("{who}", who)
                .replace("{degree}", degree);
        return ARTICLE.matcher(text).replaceAll("an ");
    }

    private static String pick(List<String> values, SplittableRandom random) {
        return values.get(random.nextInt(values.size()));
    }
}
