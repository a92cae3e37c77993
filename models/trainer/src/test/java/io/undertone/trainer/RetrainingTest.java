package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.undertone.audio.InvalidInputException;
import io.undertone.model.ModelBundle;
import io.undertone.model.TestBundles;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.corpus.Place;
import io.undertone.trainer.evaluation.Comparison;
import io.undertone.trainer.evaluation.TemperatureFit;
import io.undertone.trainer.evaluation.WindowEmbeddings;
import io.undertone.trainer.retraining.EmbeddingFile;
import io.undertone.trainer.retraining.EmbeddingSource;
import io.undertone.trainer.retraining.LabelledEmbedding;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Heads of the tiny bundle learn that people mean something else by its categories.
class RetrainingTest {

    /// What those who correct the labels call each category.
    private static final Map<String, String> MEANT = Map.of(
            "anger", "happiness", "happiness", "anger", "calm", "sadness", "sadness", "calm", "neutral", "neutral");

    private static final RetrainingSpec SPEC = new RetrainingSpec(150, 48, 5e-3, 0.02, 32, 1, 0, 0.25, 8, 7);

    @TempDir
    static Path work;

    private static List<LabelledEmbedding> records;

    /// Records from memory, as a topic would give them.
    private record FakeSource(String name, List<LabelledEmbedding> read) implements EmbeddingSource {}

    @BeforeAll
    static void embed() throws IOException {
        TrainerMain.singleThreaded();
        SyntheticCorpus.write(work.resolve("corpus"), 12, 2, 5);
        Corpus corpus =
                Corpus.open(work.resolve("corpus"), List.of(), "", 100, 1, work.resolve("cache"), Progress.NONE);
        records = new ArrayList<>();
        try (ModelBundle bundle = TestBundles.openTiny()) {
            WindowEmbeddings.of(bundle, corpus, Progress.NONE, records::add);
        }
    }

    @Test
    void shouldLearnWhatPeopleMeanAndWriteABundleThatSaysSo() throws IOException {
        Path into = work.resolve("new");
        Retraining.Outcome outcome =
                retrained(meant(speakersBelow(8)), meant(speakersBelow(8).negate()), into, false);
        assertThat(outcome.written()).isTrue();
        assertThat(recall(outcome.gained()).after())
                .isGreaterThan(recall(outcome.gained()).before() + 0.2);
        assertThat(outcome.kept().worse()).isEmpty();
        try (ModelBundle opened = ModelBundle.open(into)) { // replays its golden window
            assertThat(opened.manifest().version()).isEqualTo("0.1.0-r1");
            assertThat(opened.manifest().training())
                    .containsKey("retrained")
                    .doesNotContainKey("learnedSpeakers"); // the old one does not say either, and a part would mislead
            assertThat(opened.calibration().count()).isEqualTo(64);
            assertThat(opened.manifest().temperature()).isEqualTo(0.1);
            assertThat(opened.manifest().fittedTemperature()) // though the old bundle has none
                    .hasValueSatisfying(
                            fitted -> assertThat(fitted).isBetween(TemperatureFit.LEAST, TemperatureFit.MOST));
            List<LabelledEmbedding> again = new ArrayList<>();
            Corpus corpus =
                    Corpus.open(work.resolve("corpus"), List.of(), "", 100, 1, work.resolve("cache"), Progress.NONE);
            WindowEmbeddings.of(opened, corpus, Progress.NONE, again::add);
            Comparison graph = Comparison.of(
                    again.stream().map(one -> meant(one.label())).toList(),
                    said(records),
                    said(again),
                    opened.textEncoder()::encode,
                    opened.manifest().temperature());
            assertThat(recall(graph).after()).isGreaterThan(recall(graph).before() + 0.2);
        }
        assertThat(Files.readString(into.resolve("MODEL_CARD.md")))
                .contains(
                        "## Retrained heads: 0.1.0-r1",
                        "; intervals and the temperature of the probabilities were measured anew.");
        assertThat(RetrainedBundle.next("0.1.0-r1")).isEqualTo("0.1.0-r2");
    }

    @Test
    void shouldKeepTheTemperatureOfTheProbabilitiesWhereNoLabelChoosesBetweenCategories() throws IOException {
        Path into = work.resolve("rated");
        retrained(rated(speakersBelow(8)), rated(speakersBelow(8).negate()), into, true);
        try (ModelBundle opened = ModelBundle.open(into)) {
            assertThat(opened.manifest().fittedTemperature()).isEmpty(); // as in the old bundle
        }
        assertThat(Files.readString(into.resolve("MODEL_CARD.md")))
                .contains("; intervals were measured anew, the temperature of the probabilities was not: no label"
                        + " chooses between categories.");
    }

    @Test
    void shouldRetrainARetrainedBundleOnTheSetThatLiesBesideIt() throws IOException {
        Path once = work.resolve("chain/once/bundle");
        retrained(meant(speakersBelow(4)), meant(speakersBelow(8).negate()), once, true);
        List<LabelledEmbedding> beside = new EmbeddingFile(EvaluationSet.beside(once)).read();
        assertThat(beside).hasSameSizeAs(meant(speakersBelow(8).negate()));
        assertThat(beside).extracting(LabelledEmbedding::model).containsOnly("tiny 0.1.0-r1");
        List<LabelledEmbedding> more = new ArrayList<>();
        try (ModelBundle opened = ModelBundle.open(once)) {
            Corpus corpus =
                    Corpus.open(work.resolve("corpus"), List.of(), "", 100, 1, work.resolve("cache"), Progress.NONE);
            WindowEmbeddings.of(opened, corpus, Progress.NONE, more::add);
        }
        Path labelled =
                file("more.jsonl", more.stream().filter(speakersBelow(8)).toList());
        StringWriter data = new StringWriter();
        var line = TrainerMain.commandLine().setOut(new PrintWriter(data)).setErr(new PrintWriter(new StringWriter()));

        InputStream before = System.in;
        try (InputStream in = Files.newInputStream(labelled)) {
            System.setIn(in);
            assertThat(line.execute(
                            "train",
                            "--from",
                            once.toString(),
                            "--embeddings",
                            "-",
                            "--accept-worse",
                            "--out",
                            work.resolve("chain").toString()))
                    .isZero();
        } finally {
            System.setIn(before);
        }

        Path twice = Path.of(data.toString().strip());
        try (ModelBundle opened = ModelBundle.open(twice)) {
            assertThat(opened.manifest().version()).isEqualTo("0.1.0-r2");
        }
        assertThat(EvaluationSet.beside(twice)).exists();
    }

    @Test
    void shouldRefuseABundleThatIsWorseOnTheOldSetUnlessTold() throws IOException {
        Path into = work.resolve("worse");
        List<LabelledEmbedding> old =
                records.stream().filter(speakersBelow(8).negate()).toList();
        Retraining.Outcome refused = retrained(meant(speakersBelow(8)), old, into, false);
        assertThat(refused.written()).isFalse();
        assertThat(refused.kept().worse()).isNotEmpty();
        assertThat(into).doesNotExist();
        assertThat(retrained(meant(speakersBelow(8)), old, into, true).written())
                .isTrue();
        assertThat(into.resolve("manifest.json")).exists();
    }

    @Test
    void shouldChangeNothingBeforeItLearns() {
        var spec = new RetrainingSpec(1, 8, 1e-12, 0, 8, 1, 0, 0.25, 2, 7);
        Retraining.Outcome outcome = new Retraining(TestBundles.tiny(), spec, Progress.NONE)
                .run(
                        new FakeSource("new", meant(speakersBelow(8))),
                        new FakeSource("old", meant(speakersBelow(8).negate())),
                        work.resolve("same"),
                        false);
        for (Comparison.Line line : outcome.kept().lines()) {
            assertThat(line.after()).as(line.measure()).isEqualTo(line.before(), within(0.02));
        }
    }

    @Test
    void shouldSayWhomTheOldBundleAndTheNewHeadsLearnedFrom() throws IOException {
        Path old = UnheardSpeakersTest.named(work.resolve("named"));
        Path into = work.resolve("named-r1");
        new Retraining(old, new RetrainingSpec(1, 8, 1e-12, 0, 8, 1, 0, 0.25, 2, 7), Progress.NONE)
                .run(
                        new FakeSource(
                                "new",
                                meant(speakersBelow(11).and(speakersBelow(8).negate()))),
                        new FakeSource("old", meant(speakersBelow(11).negate())),
                        into,
                        true);
        List<String> learned = new ArrayList<>();
        new ObjectMapper()
                .readTree(into.resolve("manifest.json").toFile())
                .at("/training/learnedSpeakers/synthetic")
                .forEach(speaker -> learned.add(speaker.asText()));
        assertThat(learned)
                .contains("speaker-0", "speaker-2", "speaker-3", "speaker-5", "speaker-6", "speaker-7")
                .containsAnyOf("speaker-8", "speaker-9", "speaker-10")
                .hasSize(6 + 2); // the third new speaker is held out
    }

    @Test
    void shouldRefuseRecordsThatProveNothing() {
        List<LabelledEmbedding> some = meant(speakersBelow(8));
        assertThatThrownBy(() -> retrained(some, some, work.resolve("shared"), false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("must not share speakers: [synthetic/speaker-0");
        LabelledEmbedding first = some.getFirst();
        LabelledEmbedding foreign = new LabelledEmbedding(
                first.label(), first.embedding(), first.valence(), first.arousal(), 1, "other 2.0.0");
        assertThatThrownBy(() -> retrained(List.of(foreign), some, work.resolve("foreign"), false))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("model must be 'tiny 0.1.0', the bundle that is retrained: 'other 2.0.0'");
    }

    @Test
    void shouldSayOnTheCommandLineWhatIsMissingAndWhyNothingWasWritten() throws IOException {
        StringWriter errors = new StringWriter();
        var line = TrainerMain.commandLine().setErr(new PrintWriter(errors));
        String bundle = TestBundles.tiny().toString();
        assertThat(line.execute("train", "--from", bundle)).isEqualTo(2);
        assertThat(errors.toString())
                .contains("train --from needs --embeddings FILE, and --evaluate-on FILE or --corpus DIR where ");
        Path corrected = file("corrected.jsonl", meant(speakersBelow(8)));
        Path old = file(
                "old.jsonl", records.stream().filter(speakersBelow(8).negate()).toList());
        String out = work.resolve("runs").toString();
        assertThat(line.execute(
                        "train",
                        "--from",
                        bundle,
                        "--embeddings",
                        corrected.toString(),
                        "--evaluate-on",
                        old.toString(),
                        "--out",
                        out))
                .isEqualTo(1);
        assertThat(errors.toString()).contains("no bundle was written, it would be worse on", "--accept-worse");
    }

    @Test
    void shouldEmbedSpeakersWhoWereNotHeardAndMeasureOnThem() throws IOException {
        StringWriter data = new StringWriter();
        var line = TrainerMain.commandLine().setOut(new PrintWriter(data)).setErr(new PrintWriter(new StringWriter()));
        String bundle = TestBundles.tiny().toString();
        String corpus = work.resolve("corpus").toString();
        String cache = work.resolve("runs/.cache").toString();
        assertThat(line.execute("embed", "--bundle", bundle, "--corpus", corpus, "--cache", cache, "--unheard"))
                .isZero();
        List<LabelledEmbedding> unheard =
                new EmbeddingFile(Files.writeString(work.resolve("unheard.jsonl"), data.toString())).read();
        assertThat(unheard.stream().map(one -> one.label().speaker()).distinct())
                .hasSize(2); // those that the bundle's manifest keeps for testing
        List<String> tested = unheard.stream().map(one -> one.label().speaker()).toList();
        Path others = file(
                "others.jsonl",
                records.stream()
                        .filter(one -> !tested.contains(one.label().speaker()))
                        .toList());
        assertThat(line.execute(
                        "train",
                        "--from",
                        bundle,
                        "--embeddings",
                        others.toString(),
                        "--corpus",
                        corpus,
                        "--out",
                        work.resolve("runs").toString(),
                        "--accept-worse"))
                .isZero();
        Path written = Path.of(data.toString().lines().toList().getLast());
        assertThat(written.resolve("manifest.json")).exists();
    }

    private static Path file(String name, List<LabelledEmbedding> some) throws IOException {
        return Files.write(
                work.resolve(name), some.stream().map(EmbeddingFile::toLine).toList());
    }

    private static Retraining.Outcome retrained(
            List<LabelledEmbedding> labelled, List<LabelledEmbedding> old, Path into, boolean acceptWorse) {
        return new Retraining(TestBundles.tiny(), SPEC, Progress.NONE)
                .run(new FakeSource("new", labelled), new FakeSource("old", old), into, acceptWorse);
    }

    private static Predicate<LabelledEmbedding> speakersBelow(int bound) {
        return one -> Integer.parseInt(one.label().speaker().replace("speaker-", "")) < bound;
    }

    private static List<LabelledEmbedding> meant(Predicate<LabelledEmbedding> which) {
        return records.stream()
                .filter(which)
                .map(one -> new LabelledEmbedding(
                        meant(one.label()), one.embedding(), one.valence(), one.arousal(), 1, one.model()))
                .toList();
    }

    /// With places for labels, without categories.
    private static List<LabelledEmbedding> rated(Predicate<LabelledEmbedding> which) {
        return records.stream()
                .filter(which)
                .map(one -> new LabelledEmbedding(
                        rated(one), one.embedding(), one.valence(), one.arousal(), 1, one.model()))
                .toList();
    }

    private static Clip rated(LabelledEmbedding one) {
        Clip clip = one.label();
        Place place = new Place(one.valence() / 2, one.arousal() / 2);
        return new Clip(clip.path(), clip.corpus(), clip.speaker(), "", "", "", place, null);
    }

    private static Clip meant(Clip clip) {
        String emotion = MEANT.getOrDefault(clip.emotion(), clip.emotion());
        return new Clip(clip.path(), clip.corpus(), clip.speaker(), "", emotion, "", Place.UNKNOWN, null);
    }

    private static List<Comparison.Said> said(List<LabelledEmbedding> some) {
        return some.stream()
                .map(one -> new Comparison.Said(one.embedding(), one.valence(), one.arousal()))
                .toList();
    }

    private static Comparison.Line recall(Comparison comparison) {
        return comparison.lines().getLast();
    }
}
