package io.undertone.trainer;

import io.undertone.audio.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Everything a run needs to go on where it was: which stage, how many of its epochs are done, every tensor, the
/// optimiser's moments, and the best epoch so far.
///
/// @param stage 1 supervised, 2 alignment, 3 joint
/// @param epoch epochs of the stage that are done
/// @param weights of all networks
/// @param optimizer of the stage
/// @param bestEpoch of the stage
/// @param bestScore of that epoch
/// @param best weights of that epoch; empty where the last epoch is kept
record Checkpoint(
        int stage,
        int epoch,
        Map<String, float[]> weights,
        Map<String, float[]> optimizer,
        int bestEpoch,
        double bestScore,
        Map<String, float[]> best) {

    private static final int MAGIC = 0x556E6432; // "Und2"

    /// Weights of the epoch that is kept, as far as the stage has come.
    Map<String, float[]> kept() {
        return best.isEmpty() ? weights : best;
    }

    /// Replaces the file at once: a crash leaves the old or the new one, whole.
    void write(Path file) {
        WholeFile.write(file, stream -> {
            var out = new DataOutputStream(new BufferedOutputStream(stream, 1 << 16));
            out.writeInt(MAGIC);
            out.writeInt(stage);
            out.writeInt(epoch);
            writeAll(out, weights);
            writeAll(out, optimizer);
            out.writeInt(bestEpoch);
            out.writeDouble(bestScore);
            writeAll(out, best);
            out.flush();
        });
    }

    /// @throws InvalidInputException if there is no checkpoint, or it is broken
    static Checkpoint read(Path file) {
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            if (in.readInt() != MAGIC) {
                throw new InvalidInputException(file + " is not a checkpoint of this version of the trainer");
            }
            return new Checkpoint(
                    in.readInt(), in.readInt(), readAll(in), readAll(in), in.readInt(), in.readDouble(), readAll(in));
        } catch (EOFException e) {
            throw new InvalidInputException("the checkpoint " + file + " is cut off", e);
        } catch (IOException e) {
            throw new InvalidInputException("the checkpoint " + file + " cannot be read: " + e, e);
        }
    }

    private static void writeAll(DataOutputStream out, Map<String, float[]> tensors) throws IOException {
        out.writeInt(tensors.size());
        for (Map.Entry<String, float[]> tensor : tensors.entrySet()) {
            out.writeUTF(tensor.getKey());
            out.writeInt(tensor.getValue().length);
            ByteBuffer bytes = ByteBuffer.allocate(tensor.getValue().length * Float.BYTES);
            bytes.asFloatBuffer().put(tensor.getValue());
            out.write(bytes.array());
        }
    }

    private static Map<String, float[]> readAll(DataInputStream in) throws IOException {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            float[] values = new float[in.readInt()];
            byte[] bytes = new byte[values.length * Float.BYTES];
            in.readFully(bytes);
            ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
            tensors.put(name, values);
        }
        return tensors;
    }
}
