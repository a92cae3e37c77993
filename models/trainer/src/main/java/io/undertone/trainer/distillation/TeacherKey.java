package io.undertone.trainer.distillation;

import io.undertone.audio.InvalidInputException;
import io.undertone.trainer.corpus.AudioCache;
import io.undertone.trainer.corpus.CorpusFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// What tells the frames of one teacher and corpus from those of another.
final class TeacherKey {

    private TeacherKey() {}

    static String of(DistillationSpec spec, List<String> paths, AudioCache audio) {
        try {
            MessageDigest digest = CorpusFiles.sha256();
            digest.update(Files.readAllBytes(Path.of(spec.teacher())));
            digest.update((spec.outputs() + " " + spec.loudness() + "\n").getBytes(StandardCharsets.UTF_8));
            for (String path : paths) {
                digest.update((path + " " + audio.digest(path) + "\n").getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new InvalidInputException("the teacher " + spec.teacher() + " cannot be read; is it there?", e);
        }
    }
}
