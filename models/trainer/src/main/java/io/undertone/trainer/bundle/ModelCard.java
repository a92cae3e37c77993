package io.undertone.trainer.bundle;

import io.undertone.model.Calibration;
import io.undertone.trainer.evaluation.EvaluationReport;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// `MODEL_CARD.md`: what the bundle is, what it learned from, how good it is, and what it cannot do.
///
/// @param title name and version
/// @param objective what stage 2 minimised
/// @param jointEpochs of the joint stage; 0: there was none
/// @param teacher whose frames the encoder foretold; empty for none
/// @param corpora learned from
/// @param heldOutCorpora never learned from
/// @param trainingSpeakers learned from
/// @param calibrationSpeakers the intervals come from
/// @param testSpeakers measured on
/// @param parameters trained numbers
/// @param probabilityTemperature fitted on the calibration speakers
public record ModelCard(
        String title,
        String licence,
        String objective,
        int jointEpochs,
        String teacher,
        List<String> corpora,
        List<String> heldOutCorpora,
        int clips,
        int trainingSpeakers,
        int calibrationSpeakers,
        int testSpeakers,
        long parameters,
        Calibration calibration,
        double probabilityTemperature,
        List<EvaluationReport> reports) {

    private static final Map<String, String> SOURCES = new TreeMap<>(Map.of(
            "ravdess", "English, acted, 8 classes, 2 intensities; Livingstone and Russo 2018; CC BY-NC-SA 4.0",
            "nemo", "nEMO: Polish, acted, 6 classes; Christop 2024; CC BY-NC-SA 4.0",
            "ased", "Amharic, acted, 5 classes; Retta et al. 2022; no licence stated, citation asked",
            "urdu", "Urdu, spontaneous, talk shows, 4 classes; Latif et al. 2018; for research only",
            "emogator", "non-verbal bursts, 30 categories; Buhl 2023; Apache-2.0"));

    public String toMarkdown() {
        StringBuilder card = new StringBuilder();
        card.append("# Model card: ").append(title).append("\n\n");
        card.append("Tags how speech sounds: a waveform gives an embedding that can be compared with free-text"
                + " descriptions, and an estimate of valence and arousal. Trained by `undertone train`.\n\n");
        section(card, "What it is", facts());
        section(card, "Licence of the weights", licenceText());
        section(card, "Data", data());
        section(card, "Figures", figures());
        section(card, "What it cannot do", LIMITS);
        return card.toString();
    }

    private static void section(StringBuilder card, String heading, String text) {
        card.append("## ").append(heading).append("\n\n").append(text.strip()).append("\n\n");
    }

    private String facts() {
        return String.format(
                Locale.ROOT,
                """
                - Audio: log-mel (64 bands from 60 to 3800 Hz, inside the graph), a convolutional network with attentive
                  statistics pooling, a projection; %,d trained numbers with the text side and the training-only heads.
                - Text: all-MiniLM-L6-v2 (frozen) and a projection.
                - Stage 1: categories and valence / arousal, supervised%s.
                - Stage 2: %s on the frozen features.
                %s- Intervals: split conformal, %.0f %% nominal, on %d speakers that were not learned from: valence +- %.2f,
                  arousal +- %.2f.
                - Probabilities: softmax of the cosines at the temperature %.4f, fitted on the same speakers by prompts
                  for their categories. On voices unlike those that it learned from they are too sure.
                """,
                parameters,
                teacher.isEmpty() ? "" : "; distilled from " + teacher + ", which is not in the bundle",
                objective,
                jointEpochs == 0
                        ? ""
                        : "- Stage 3: encoder and projections together by both losses, epochs: " + jointEpochs + ".\n",
                calibration.coverage() * 100,
                calibrationSpeakers,
                calibration.valenceHalfWidth(),
                calibration.arousalHalfWidth(),
                probabilityTemperature);
    }

    private String licenceText() {
        return licence + ". The weights follow the strictest of the corpora that they learned from, those for"
                + " non-commercial use and alike sharing or for research; the software is not bound by that."
                + " For commercial use train a bundle on data of your own.";
    }

    private String data() {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Learned from %,d clips of %d speakers; %d speakers calibrate and %d are only tested on. No speaker"
                    + " stands on two sides; the names are in the manifest. Recordings of equal audio count once.%n%n",
                clips,
                trainingSpeakers,
                calibrationSpeakers,
                testSpeakers));
        for (String corpus : corpora) {
            text.append("- ").append(corpus).append(": ").append(source(corpus)).append('\n');
        }
        for (String corpus : heldOutCorpora) {
            text.append("- ")
                    .append(corpus)
                    .append(" (never learned from, only tested on): ")
                    .append(source(corpus))
                    .append('\n');
        }
        text.append("\n"
                + "No clip comes with rated valence and arousal unless its corpus has them: the targets are the"
                + " places of categories and intensities in a table (`emotions.yaml` of the trainer), and so are"
                + " the values that the figures below compare with.\n");
        return text.toString();
    }

    private static String source(String corpus) {
        return SOURCES.getOrDefault(corpus, "the user's own");
    }

    private String figures() {
        StringBuilder text = new StringBuilder();
        text.append("Through the tagger's inference; a clip is the mean over its windows. Tau and concordance: of"
                + " estimated and labelled values. Ladder: five descriptions of rising valence or arousal, mean of"
                + " three phrasings, by their order alone; retrieval takes the best 5 % of the clips for each (at"
                + " least 5), soft places every clip among the steps. Recall: unweighted average over categories"
                + " by prompts alone, in usual wordings and in wordings that training never saw. In square"
                + " brackets 95 % bootstrap intervals over speakers, in round ones what guessing gives, where that"
                + " is not 0. `./undertone evaluate --full` measures more.\n\n");
        for (EvaluationReport report : reports) {
            text.append("### ")
                    .append(Character.toUpperCase(report.kind().charAt(0)))
                    .append(report.kind().substring(1))
                    .append("\n\n")
                    .append(report.toMarkdown())
                    .append('\n');
        }
        return text.toString();
    }

    private static final String LIMITS = """
        - It hears how a voice sounds, not what somebody feels. Acted emotion is what it learned from; spontaneous
          speech on the telephone is more restrained, and figures on it are not known.
        - Valence is much harder to hear than arousal: see the figures, and take the intervals seriously.
        - Languages, ages, dialects, disabilities and recording conditions that are not in the data may be tagged
          worse, or in a biased way. Nobody has measured that.
        - Music, several voices at once, and non-verbal sounds other than short bursts are outside of what it knows.
        - Not for decisions about people. The EU forbids inferring the emotions of employees at work, and people
          must be told when their emotions are inferred.
        """;
}
