package io.undertone.model;

import io.undertone.audio.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the audio encoder runs.
public sealed interface InferenceDevice {

    Pattern CUDA = Pattern.compile("cuda:(\\d{1,2})");

    /// The first CUDA device if it works, else the CPU.
    record Auto() implements InferenceDevice {
        @Override
        public String toString() {
            return "auto";
        }
    }

    record Cpu() implements InferenceDevice {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /// @param index of the CUDA device, from 0
    record Cuda(int index) implements InferenceDevice {
        public Cuda {
            if (index < 0) {
                throw new IllegalArgumentException("index of a CUDA device must not be negative: " + index);
            }
        }

        @Override
        public String toString() {
            return "cuda:" + index;
        }
    }

    /// @param text `auto`, `cpu` or `cuda:N`
    /// @throws InvalidInputException for anything else
    static InferenceDevice parse(String text) {
        Matcher cuda = CUDA.matcher(text);
        if (text.equals("auto")) {
            return new Auto();
        }
        if (text.equals("cpu")) {
            return new Cpu();
        }
        if (cuda.matches()) {
            return new Cuda(Integer.parseInt(cuda.group(1)));
        }
        throw new InvalidInputException("inference device must be auto, cpu or cuda:N (cuda:0): '" + text + "'");
    }
}
