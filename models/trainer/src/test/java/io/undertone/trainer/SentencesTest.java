package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencesTest {

    @TempDir
    Path folder;

    @Test
    void shouldStretchTheRatingsOfTheTrainingPartToTheSpreadOfCategories() throws IOException {
        Files.writeString(folder.resolve("rated.csv"), """
            id,split,V,A,text
            1,train,3.5,3.2,What a lovely day.
            2,train,2.5,2.8,Nobody came.
            3,test,5.0,5.0,Not to be learned from.
            """);
        Sentences sentences = Sentences.open("rated.csv", folder, folder.resolve("cache"), Progress.NONE);
        assertThat(sentences.vectors()).hasSize(2);
        assertThat(sentences.places()[0]).containsExactly(new double[] {0.4, 0.3}, within(1e-9));
        assertThat(sentences.places()[1]).containsExactly(new double[] {-0.4, -0.3}, within(1e-9));
    }

    @Test
    void shouldUseNoneWhenNoneAreNamed() {
        assertThat(Sentences.open("", folder, folder, Progress.NONE).isEmpty()).isTrue();
    }

    @Test
    void shouldNameTheFileThatIsNotThere() {
        assertThatThrownBy(() -> Sentences.open("missing.csv", folder, folder, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("missing.csv");
    }
}
