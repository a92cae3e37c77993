package io.undertone.model;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which errors of ONNX Runtime mean that this process has lost its GPU.
final class DeviceErrors {

    private static final Pattern CUDA_FAILURE = Pattern.compile("(?i)cuda (?:failure|error) (\\d+)");

    /// Errors after which every later call of the same process fails too (CUDA Runtime API, `cudaError_t`): device
    /// unavailable, ECC, NVLink and hardware faults, context destroyed, device-side assert, launch failure, illegal
    /// address, instruction, address space or program counter, launch time-out, unknown.
    private static final Set<Integer> STICKY =
            Set.of(46, 100, 101, 214, 219, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999);

    private DeviceErrors() {}

    static boolean deviceLost(OrtException e) {
        if (e.getCode() == OrtErrorCode.ORT_DEVICE_RESET) {
            return true;
        }
        Matcher cuda = CUDA_FAILURE.matcher(String.valueOf(e.getMessage()));
        return cuda.find() && STICKY.contains(Integer.parseInt(cuda.group(1)));
    }
}
