package io.undertone.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.undertone.audio.InvalidInputException;
import org.junit.jupiter.api.Test;

class TrainingDeviceTest {

    @Test
    void shouldTakeAGpuWhereThereIsOneUnlessToldOtherwise() {
        assertThat(TrainingDevice.choose("auto", 0)).isEqualTo(Device.cpu());
        assertThat(TrainingDevice.choose("auto", 2)).isEqualTo(Device.gpu(0));
        assertThat(TrainingDevice.choose("cpu", 2)).isEqualTo(Device.cpu());
        assertThat(TrainingDevice.choose("cuda", 2)).isEqualTo(Device.gpu(0));
        assertThat(TrainingDevice.choose("cuda:1", 2)).isEqualTo(Device.gpu(1));
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThatThrownBy(() -> TrainingDevice.choose("cuda:2", 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cuda:2")
                .hasMessageContaining("2 GPUs");
        assertThatThrownBy(() -> TrainingDevice.choose("tpu", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("auto, cpu, cuda or cuda:N: 'tpu'");
    }
}
