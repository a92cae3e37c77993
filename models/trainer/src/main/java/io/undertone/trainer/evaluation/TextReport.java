package io.undertone.trainer.evaluation;

import io.undertone.trainer.corpus.Affect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How well a bundle understands texts alone: where prompts that it never saw stand in the plane.
///
/// @param bundle name and version
/// @param kind always `prompts`, to tell it from the sections on clips
/// @param captions whose places the places of texts are read from
/// @param inRegion share of the unseen prompts that stand on the meant side of both axes; its chance is the share
///     when each prompt is meant to stand where any of them is
/// @param valenceTau Kendall's tau-b of read and meant valence of the unseen prompts
/// @param sentences how many rated sentences were read; 0 when there are none at hand
/// @param sentenceValenceTau Kendall's tau-b of read and rated valence of those sentences
/// @param prompts the unseen prompts
public record TextReport(
        String bundle,
        String kind,
        int captions,
        Interval inRegion,
        Interval valenceTau,
        Interval arousalTau,
        int sentences,
        Interval sentenceValenceTau,
        Interval sentenceArousalTau,
        List<Placed> prompts) {

    /// A prompt, where a person would put it, and where the bundle puts it.
    public record Placed(String text, Affect meant, Affect read, boolean inRegion) {}

    public TextReport {
        prompts = List.copyOf(prompts);
    }

    /// The figures, and a line for each prompt. Intervals are over texts here: nobody speaks them.
    public List<Table> tables() {
        List<List<String>> figures = new ArrayList<>(List.of(
                List.of("unseen prompts in the region that is meant", inRegion.cell(0)),
                List.of("tau valence of unseen prompts", valenceTau.cell(0)),
                List.of("tau arousal of unseen prompts", arousalTau.cell(0))));
        if (sentences > 0) {
            figures.add(List.of("tau valence of " + sentences + " rated sentences", sentenceValenceTau.cell(0)));
            figures.add(List.of("tau arousal of " + sentences + " rated sentences", sentenceArousalTau.cell(0)));
        }
        return List.of(
                new Table(List.of("texts", "value"), figures),
                new Table(
                        List.of("prompt", "meant (valence, arousal)", "read", "in region"),
                        prompts.stream()
                                .map(prompt -> List.of(
                                        prompt.text,
                                        cell(prompt.meant),
                                        cell(prompt.read),
                                        prompt.inRegion ? "yes" : "no"))
                                .toList()));
    }

    private static String cell(Affect place) {
        return String.format(Locale.ROOT, "%+.2f, %+.2f", place.valence(), place.arousal());
    }
}
