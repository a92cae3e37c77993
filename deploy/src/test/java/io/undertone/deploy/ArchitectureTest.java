package io.undertone.deploy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.undertone.audio.Codec;
import io.undertone.schemas.Topics;
import io.undertone.streams.cli.Undertone;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The direction of the data path, as docs/architecture.md draws it. Plain tests: ArchUnit's own runner is silently not
/// run by Surefire.
class ArchitectureTest {

    /// In the order of the path; a step may use those before it and none after it.
    private static final List<String> STEPS = List.of("audio", "window", "model", "rank", "tag", "streams", "deploy");

    private static final JavaClasses classes = importClasses();

    /// Of our four modules alone: a search of the whole class path takes half a minute.
    private static JavaClasses importClasses() {
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importUrls(Stream.of(Topics.class, Codec.class, Undertone.class, EmbeddedBroker.class)
                        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                        .toList());
    }

    @Test
    void shouldFindTheClassesOfEveryStep() {
        for (String step : STEPS) {
            assertThat(classes.that(JavaClass.Predicates.resideInAPackage(packages(step))))
                    .as(step)
                    .isNotEmpty();
        }
    }

    @Test
    void shouldLetNoStepImportALaterOne() {
        for (int i = 0; i < STEPS.size() - 1; i++) {
            String[] later = STEPS.subList(i + 1, STEPS.size()).stream()
                    .map(ArchitectureTest::packages)
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(packages(STEPS.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(later)
                    .check(classes);
        }
    }

    @Test
    void shouldKeepTheTrainerOutOfEverythingThatRuns() {
        noClasses()
                .that()
                .resideInAnyPackage("io.undertone..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.undertone.trainer..", "ai.djl.training..", "ai.djl.pytorch..")
                .check(classes);
    }

    @Test
    void shouldKeepKafkaAndAvroOutOfTheInference() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        packages("audio"), packages("window"), packages("model"), packages("rank"), packages("tag"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "io.undertone.schemas..")
                .check(classes);
    }

    @Test
    void shouldLetTheSchemasStandAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.undertone.schemas..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        STEPS.stream().map(ArchitectureTest::packages).toArray(String[]::new))
                .check(classes);
    }

    @Test
    void shouldKeepTheBrokerOutOfTheService() {
        noClasses()
                .that()
                .resideInAPackage(packages("streams"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
                .check(classes);
    }

    @Test
    void shouldKeepTheCommandLineOutOfTheTagger() {
        noClasses()
                .that()
                .resideInAPackage("io.undertone.streams")
                .or()
                .resideInAPackage("io.undertone.streams.config..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.undertone.streams.cli..")
                .allowEmptyShould(true)
                .check(classes);
    }

    private static String packages(String step) {
        return "io.undertone." + step + "..";
    }
}
