package io.undertone.trainer.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.undertone.model.OnnxFunction;
import io.undertone.model.OnnxFunction.Tensor;
import io.undertone.trainer.TrainerMain;
import io.undertone.trainer.network.SpeechNetwork;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What DJL trains and what ONNX Runtime runs must be the same function.
class DetectorTrainingTest {

    private static final SpeechSpec SPEC =
            new SpeechSpec(5, List.of("any"), Map.of(), List.of(), "noise", 1, 2, 0.01, 0, 0, 0.98);

    @BeforeAll
    static void oneThread() {
        TrainerMain.singleThreaded();
    }

    @Test
    void shouldHearInTheGraphWhatDjlHears() {
        HoldMusic music = new HoldMusic(HoldMusic.LEARNED);
        try (NDManager manager = NDManager.newBaseManager();
                DetectorTraining training = new DetectorTraining(SPEC, _ -> Scene.silent(48_000), 48_000, manager);
                OnnxFunction graph = OnnxFunction.open("detector", training.toOnnx(), 1)) {
            for (int samples : new int[] {48_000, 16_000, 31_999}) {
                float[] window = music.play(samples, new SplittableRandom(samples));
                java.util.Arrays.fill(window, samples / 2, samples, 0); // padding

                float[] heard = graph.run("waveform", Tensor.of(window, 1, samples), "speech")
                        .values();

                assertThat(heard).hasSize(SpeechNetwork.frames(samples));
                assertThat(heard).containsExactly(training.probabilities(window), within(1e-4f));
            }
        }
    }
}
