package io.undertone.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import io.undertone.model.Embedding;
import io.undertone.trainer.corpus.Affect;
import io.undertone.trainer.corpus.Captions;
import io.undertone.trainer.corpus.EmotionTable;
import io.undertone.trainer.corpus.RatedSentences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextEvaluationTest {

    @TempDir
    private Path folder;

    @Test
    void shouldReadThePlaceOfATextFromTheCaptionsNearIt() {
        Affect anger = EmotionTable.place("anger", "strong").orElseThrow();
        List<String> angry = Captions.training("anger", "strong", anger, 3, 1);
        TextPlane plane = TextPlane.of(texts ->
                texts.stream().map(text -> pointing(angry.contains(text))).toList());
        assertThat(plane.place(pointing(true)).distance(anger)).isLessThan(0.01);
        assertThat(plane.place(pointing(false)).distance(anger)).isGreaterThan(0.3);
        assertThat(plane.captions()).isGreaterThan(200);
    }

    private static Embedding pointing(boolean up) {
        return Embedding.normalized(up ? new float[] {1, 0} : new float[] {0, 1});
    }

    @Test
    void shouldAskForTheMeantSideOfBothAxes() {
        Affect angry = new Affect(-0.6, 0.5);
        assertThat(UnseenPrompts.inRegion(angry, new Affect(-0.1, 0.9))).isTrue();
        assertThat(UnseenPrompts.inRegion(angry, new Affect(-0.6, -0.1))).isFalse();
        assertThat(UnseenPrompts.inRegion(angry, new Affect(0, 0.5))).isFalse();
        Affect plain = new Affect(0, -0.2);
        assertThat(UnseenPrompts.inRegion(plain, new Affect(0.3, 0.3))).isTrue();
        assertThat(UnseenPrompts.inRegion(plain, new Affect(0.3, 0.4))).isFalse();
    }

    @Test
    void shouldMoveRatingsToThePlaneAndLeaveOutWhatIsForTraining() throws IOException {
        Path file = write("id,split,V,A,D,text\n1,test,5.0,2.0,3,\"well, good\"\n2,train,1,1,1,bad\n3,dev,3,3,3,so\n");
        assertThat(RatedSentences.forMeasuring(file))
                .containsExactly(
                        new RatedSentences.Sentence("well, good", new Affect(1, -0.5)),
                        new RatedSentences.Sentence("so", new Affect(0, 0)));
    }

    @Test
    void shouldNameTheRowOfARatingThatIsNone() throws IOException {
        Path file = write("text,V,A\ngood,5,2\nbad,0,2\n");
        assertThatThrownBy(() -> RatedSentences.forMeasuring(file))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("row 3 must have V and A in [1, 5]: '0', '2'");
    }

    @Test
    void shouldNameTheColumnThatIsMissing() throws IOException {
        Path file = write("text,V\ngood,5\n");
        assertThatThrownBy(() -> RatedSentences.forMeasuring(file))
                .hasMessageContaining("has no column 'A'; it has [text, V]");
    }

    @Test
    void shouldKeepPromptsOfEveryRegion() {
        List<Affect> places =
                UnseenPrompts.read().stream().map(UnseenPrompts.Prompt::place).toList();
        for (double valence : new double[] {-0.5, 0.5}) {
            for (double arousal : new double[] {-0.5, 0.5}) {
                Affect corner = new Affect(valence, arousal);
                assertThat(places.stream().filter(place -> UnseenPrompts.inRegion(corner, place)))
                        .hasSizeGreaterThan(7);
            }
        }
        assertThat(places.stream().mapToDouble(Affect::valence).average().orElse(9))
                .isCloseTo(0, within(0.2));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("sentences.csv"), text);
    }
}
