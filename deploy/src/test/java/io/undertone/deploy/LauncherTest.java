package io.undertone.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The launcher in a distribution's folder, with JDKs that print what they are given.
class LauncherTest {

    @TempDir
    Path folder;

    private Path launcher = Path.of("");
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void layOutADistribution() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("home with a space/bin"));
        launcher = executable(bin.resolve("undertone"), Files.readString(Path.of("..", "undertone")));
        Path path = Files.createDirectory(folder.resolve("path")); // without a java
        for (String tool : List.of("bash", "cat", "dirname", "find", "head", "readlink", "tr")) {
            tool(tool);
        }
        environment.put("PATH", path.toString());
        environment.put("UNDERTONE_JDK_PLACES", "");
    }

    @Test
    void shouldTakeTheFirstPlaceThatHasAJdk25OrNewer() throws Exception {
        places(jdk("jdk-17", "17.0.9"), jdk("jdk-26", "26"), jdk("jdk-25", "25.0.1"));

        assertThat(launch("tag", "a b.wav").out()).startsWith("jdk-26 ").endsWith("Undertone tag a b.wav");
    }

    @Test
    void shouldPreferJavaHomeToOtherPlacesAndUndertoneJavaHomeToAll() throws Exception {
        places(jdk("jdk-27", "27"));
        environment.put("JAVA_HOME", jdk("jdk-26", "26.0.2").toString());
        assertThat(launch("tag").out()).startsWith("jdk-26 ");

        environment.put("UNDERTONE_JAVA_HOME", jdk("jdk-25", "25").toString());
        assertThat(launch("tag").out()).startsWith("jdk-25 ");
    }

    @Test
    void shouldSayInOneLineWhatToInstallWhenEveryJdkIsTooOld() throws Exception {
        environment.put("JAVA_HOME", jdk("jdk-17", "17.0.9").toString());
        places(jdk("jdk-8", "1.8.0_392"), jdk("jdk-21", "21.0.1"));

        Result result = launch("tag");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("undertone: JDK 25 or newer is needed, the newest found is JDK 21 in ")
                .contains("jdk-21; install one");
    }

    @Test
    void shouldSayThatThereIsNoJdkAtAll() throws Exception {
        Result result = launch("tag");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines())
                .singleElement()
                .asString()
                .startsWith("undertone: JDK 25 or newer is needed, none was found; install one");
    }

    @Test
    void shouldRefuseANamedJdkThatIsTooOld() throws Exception {
        environment.put("UNDERTONE_JAVA_HOME", jdk("jdk-17", "17.0.9").toString());
        places(jdk("jdk-25", "25"));

        assertThat(launch("tag").err()).contains("UNDERTONE_JAVA_HOME is JDK 17: ");
    }

    @Test
    void shouldGiveTheBrokerToTheDemoAndNotToTheService() throws Exception {
        places(jdk("jdk-25", "25"));

        assertThat(launch("run", "--config", "x").out())
                .contains("lib/service/* io.undertone.streams.cli.Undertone run --config x")
                .doesNotContain("lib/tools");
        assertThat(launch("--stacktrace", "demo").out())
                .contains("lib/tools/*:", "lib/service/* io.undertone.deploy.DeployMain --stacktrace demo");
    }

    @Test
    void shouldSayWhereTheTrainerIsWhenItIsNotInstalled() throws Exception {
        places(jdk("jdk-25", "25"));

        Result result = launch("train", "--config", "x");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).startsWith("undertone: train needs the trainer: unpack undertone-trainer-");
    }

    @Test
    void shouldWorkThroughASymbolicLink() throws Exception {
        places(jdk("jdk-25", "25"));
        launcher = Files.createSymbolicLink(folder.resolve("ut"), launcher);

        assertThat(launch("tag").out()).contains("home with a space/lib/service/* ");
    }

    @Test
    void shouldAllowNativeLibrariesAndPassFurtherFlags() throws Exception {
        places(jdk("jdk-25", "25"));
        environment.put("UNDERTONE_JAVA_OPTS", "-Xmx3g -Dx=y");

        assertThat(launch("tag").out()).contains("--enable-native-access=ALL-UNNAMED", " -Xmx3g -Dx=y -cp ");
    }

    @Test
    void shouldBuildForAGpuWhenToldAndKeepItSoUntilToldOtherwise() throws Exception {
        Path log = layOutACheckout();

        launch("tag");
        launch("tag");
        assertThat(log).content().isEqualTo("cpu\n");

        environment.put("UNDERTONE_GPU", "1");
        launch("tag");
        environment.remove("UNDERTONE_GPU");
        launch("tag");
        assertThat(log).content().isEqualTo("cpu\ngpu\n");

        environment.put("UNDERTONE_GPU", "0");
        assertThat(launch("tag").out()).endsWith("Undertone tag");
        assertThat(log).content().isEqualTo("cpu\ngpu\ncpu\n");
    }

    @Test
    void shouldRefuseAnotherAnswerToWhetherThereIsAGpu() throws Exception {
        layOutACheckout();
        environment.put("UNDERTONE_GPU", "yes");

        assertThat(launch("tag").err()).isEqualTo("undertone: UNDERTONE_GPU must be 0 or 1: yes");
    }

    /// The launcher in a checkout, with a Maven that makes the jar of ONNX Runtime and writes down which one.
    private Path layOutACheckout() throws Exception {
        places(jdk("jdk-25", "25"));
        Path root = Files.createDirectories(folder.resolve("checkout"));
        Files.createDirectories(root.resolve("deploy"));
        Files.writeString(root.resolve("pom.xml"), "");
        launcher = executable(root.resolve("undertone"), Files.readString(Path.of("..", "undertone")));
        for (String tool : List.of("mkdir", "rm", "touch")) {
            tool(tool);
        }
        Path log = folder.resolve("builds");
        executable(folder.resolve("path/mvn"), """
            #!/usr/bin/env bash
            rm -f deploy/target/undertone/lib/service/*
            mkdir -p deploy/target/undertone/lib/service
            if [[ " $* " == *" -Pgpu "* ]]; then
                touch deploy/target/undertone/lib/service/onnxruntime_gpu-1.jar
                echo gpu >> '%1$s'
            else
                touch deploy/target/undertone/lib/service/onnxruntime-1.jar
                echo cpu >> '%1$s'
            fi
            """.formatted(log));
        return log;
    }

    private void tool(String name) throws Exception {
        Path there = Path.of("/usr/bin", name);
        Files.createSymbolicLink(
                folder.resolve("path").resolve(name), Files.exists(there) ? there : Path.of("/bin", name));
    }

    private record Result(int exitCode, String out, String err) {}

    private Result launch(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(
                process.exitValue(),
                Files.readString(out).strip(),
                Files.readString(err, StandardCharsets.UTF_8).strip());
    }

    private void places(Path... jdks) {
        environment.put(
                "UNDERTONE_JDK_PLACES",
                String.join(":", List.of(jdks).stream().map(Path::toString).toList()));
    }

    private Path jdk(String name, String version) throws Exception {
        Path jdk = Files.createDirectories(folder.resolve(name));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        Files.createDirectories(jdk.resolve("bin"));
        executable(jdk.resolve("bin/java"), "#!/usr/bin/env bash\necho \"" + name + " $*\"\n");
        return jdk;
    }

    private static Path executable(Path file, String content) throws Exception {
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
