package io.undertone.deploy.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// The encoder alone, batch by batch.
///
/// @param rows by size of the batch
record BatchSweep(List<Row> rows) {

    /// @param batch windows of a run
    record Row(int batch, double windowsPerSecond) {

        double millis() {
            return 1000.0 * batch / windowsPerSecond;
        }
    }

    BatchSweep {
        rows = List.copyOf(rows);
    }

    void putInto(ObjectNode json) {
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.addObject()
                .put("batch", row.batch())
                .put("windowsPerSecond", BenchReport.rounded(row.windowsPerSecond()))
                .put("millis", BenchReport.rounded(row.millis())));
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> BenchReport.row(
                lines,
                "encoder alone, batches of " + row.batch(),
                "%.0f windows/s, %.1f ms a batch",
                row.windowsPerSecond(),
                row.millis()));
        return lines;
    }
}
