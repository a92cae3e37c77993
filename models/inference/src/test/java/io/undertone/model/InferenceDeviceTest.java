package io.undertone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undertone.audio.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferenceDeviceTest {

    @Test
    void shouldReadTheThreeKinds() {
        assertThat(InferenceDevice.parse("auto")).isEqualTo(new InferenceDevice.Auto());
        assertThat(InferenceDevice.parse("cpu")).isEqualTo(new InferenceDevice.Cpu());
        assertThat(InferenceDevice.parse("cuda:3")).isEqualTo(new InferenceDevice.Cuda(3));
    }

    @Test
    void shouldWriteWhatItReads() {
        for (String text : List.of("auto", "cpu", "cuda:0")) {
            assertThat(InferenceDevice.parse(text)).hasToString(text);
        }
    }

    @Test
    void shouldRefuseAnythingElseByName() {
        for (String text : List.of("gpu", "cuda", "cuda:-1", "cuda:x", "CPU", "", "cuda:123")) {
            assertThatThrownBy(() -> InferenceDevice.parse(text))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("inference device must be auto, cpu or cuda:N (cuda:0): '" + text + "'");
        }
    }
}
