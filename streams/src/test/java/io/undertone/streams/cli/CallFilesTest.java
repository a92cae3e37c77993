package io.undertone.streams.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import io.undertone.schemas.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallFilesTest {

    @TempDir
    Path folder;

    @Test
    void shouldReadWhoSpeaksFromTheFileName() {
        assertThat(side("billing_customer.wav")).isEqualTo(new CallFiles.Side("billing", "customer", Role.CUSTOMER));
        assertThat(side("auto_40_utc_caller.wav"))
                .isEqualTo(new CallFiles.Side("auto_40_utc", "customer", Role.CUSTOMER));
        assertThat(side("billing_AGENT.opus")).isEqualTo(new CallFiles.Side("billing", "agent", Role.AGENT));
        assertThat(side("agent2.wav")).isEqualTo(new CallFiles.Side("agent2", "agent", Role.AGENT));
        assertThat(side("auto0_mono_mix.wav")).isEqualTo(new CallFiles.Side("auto0_mono", "mixed", Role.MIXED));
    }

    @Test
    void shouldSayThatNobodyKnowsWhoSpeaksInAnyOtherFile() {
        assertThat(side("voicemail.wav").role()).isEqualTo(Role.UNKNOWN);
        assertThat(side("customer.wav").role()).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void shouldPutTheSidesOfACallTogether() throws Exception {
        for (String name : List.of("b_customer.wav", "b_agent.wav", "a_agent.wav", "README.md")) {
            Files.createFile(folder.resolve(name));
        }

        assertThat(CallFiles.calls(folder))
                .containsOnlyKeys("a", "b")
                .containsEntry("b", List.of(folder.resolve("b_agent.wav"), folder.resolve("b_customer.wav")));
    }

    @Test
    void shouldRefuseAFolderWithoutAudio() {
        assertThatThrownBy(() -> CallFiles.calls(folder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(folder + " holds no audio");
    }

    private static CallFiles.Side side(String name) {
        return CallFiles.side(Path.of("calls", name));
    }
}
