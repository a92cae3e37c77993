package io.undertone.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertone.model.AudioEncoder;
import io.undertone.model.TestBundles;
import io.undertone.streams.config.UndertoneConfig;
import io.undertone.window.Window;
import io.undertone.window.WindowQuality;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelTest {

    @Test
    void shouldEncodeInThePrecisionOfItsConfiguration() {
        float[] exact = embedding("float32");
        float[] half = embedding("float16");

        double apart = 0;
        for (int i = 0; i < exact.length; i++) {
            apart = Math.max(apart, Math.abs(exact[i] - half[i]));
        }
        assertThat(apart).isBetween(1e-6, 0.02);
    }

    private static float[] embedding(String precision) {
        UndertoneConfig config = UndertoneConfig.parse(
                        "{bundle: unused, inference: {device: cpu, threads: 1, precision: " + precision + "}}", "test")
                .withBundle(TestBundles.tiny());
        Window hum = Window.of(0, TestBundles.hum(48_000, 0.5), new WindowQuality(1, 1, 0, false));
        try (Model model = Model.open(config);
                AudioEncoder encoder = model.openEncoder()) {
            return encoder.encode(List.of(hum)).getFirst().embedding().toArray();
        }
    }
}
