package io.undertone.trainer;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.undertone.audio.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where PyTorch computes.
final class TrainingDevice {

    private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

    private TrainingDevice() {}

    /// @param name `auto` (a GPU if there is one), `cpu`, `cuda` or `cuda:N`
    /// @throws InvalidInputException if the name is none of these, or there is no such GPU
    static Device of(String name) {
        return choose(name, Engine.getInstance().getGpuCount());
    }

    static Device choose(String name, int gpus) {
        Matcher cuda = CUDA.matcher(name);
        if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
            return Device.cpu();
        }
        if (name.equals("auto")) {
            return Device.gpu(0);
        }
        if (!cuda.matches()) {
            throw new InvalidInputException("--device must be auto, cpu, cuda or cuda:N: '" + name + "'");
        }
        int wanted = cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1));
        if (wanted >= gpus) {
            throw new InvalidInputException("--device " + name + ": PyTorch sees " + gpus
                    + " GPUs; training on one needs a build with -Pgpu-training");
        }
        return Device.gpu(wanted);
    }
}
