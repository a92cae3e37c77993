package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertone.model.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// An encoder alone, batch by batch, and how much of what the device can multiply it uses.
///
/// @param encoder its name
/// @param multiplyAdds of one window; empty where its graph cannot be counted
/// @param limit of the device
/// @param rows by precision and size of the batch
record BatchSweep(String encoder, OptionalLong multiplyAdds, MatrixRate limit, List<Row> rows) {

    /// @param batch windows of a run
    record Row(Precision precision, int batch, double windowsPerSecond) {

        double millis() {
            return 1000.0 * batch / windowsPerSecond;
        }
    }

    BatchSweep {
        rows = List.copyOf(rows);
    }

    /// What the encoder multiplies in a second, of what matrices alone would let it in the same precision. A CPU
    /// multiplies halves as float32.
    OptionalDouble shareOfLimit(Row row) {
        double most = switch (row.precision()) {
            case FLOAT32 -> limit.float32();
            case FLOAT16 -> limit.float16().orElse(limit.float32());
        };
        return multiplyAdds.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(row.windowsPerSecond() * multiplyAdds.getAsLong() / most);
    }

    void putInto(ObjectNode json) {
        json.put("encoder", encoder);
        multiplyAdds.ifPresentOrElse(
                count -> json.put("multiplyAddsPerWindow", count), () -> json.putNull("multiplyAddsPerWindow"));
        json.put("matrixMultiplyAddsPerSecond", BenchReport.rounded(limit.float32()));
        limit.float16()
                .ifPresentOrElse(
                        rate -> json.put("matrixMultiplyAddsPerSecondFloat16", BenchReport.rounded(rate)),
                        () -> json.putNull("matrixMultiplyAddsPerSecondFloat16"));
        ArrayNode array = json.putArray("rows");
        for (Row row : rows) {
            ObjectNode node = array.addObject()
                    .put("precision", row.precision().toString())
                    .put("batch", row.batch())
                    .put("windowsPerSecond", BenchReport.rounded(row.windowsPerSecond()))
                    .put("millis", BenchReport.rounded(row.millis()));
            shareOfLimit(row)
                    .ifPresentOrElse(
                            share -> node.put("shareOfLimit", BenchReport.rounded(share)),
                            () -> node.putNull("shareOfLimit"));
        }
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        multiplyAdds.ifPresent(
                count -> BenchReport.row(lines, encoder + ", a window", "%.1f million multiply-adds", count / 1e6));
        BenchReport.row(lines, "matrices alone", "%.1f billion multiply-adds/s", limit.float32() / 1e9);
        limit.float16()
                .ifPresent(rate ->
                        BenchReport.row(lines, "matrices alone, 16 bits", "%.1f billion multiply-adds/s", rate / 1e9));
        for (Row row : rows) {
            OptionalDouble share = shareOfLimit(row);
            BenchReport.row(
                    lines,
                    encoder + " alone, " + (row.precision() == Precision.FLOAT16 ? "float16, " : "") + "batches of "
                            + row.batch(),
                    "%.1f windows/s, %.1f ms a batch%s",
                    row.windowsPerSecond(),
                    row.millis(),
                    share.isPresent() ? ", %.2f of the limit".formatted(share.getAsDouble()) : "");
        }
        return lines;
    }
}
