package io.undertone.streams;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// Tests of the topology: what they open is closed after each, and has a state folder of its own.
abstract class TopologyTest {

    @TempDir
    Path folder;

    final FakeEncoder encoder = TestTagging.encoder();
    private final List<TopologyHarness> opened = new ArrayList<>();

    @AfterEach
    final void close() {
        opened.forEach(TopologyHarness::close);
    }

    final TopologyHarness open(Tagging tagging, ChannelRules rules, EncodeQueue queue) {
        TopologyHarness harness =
                new TopologyHarness(tagging, rules, queue, folder.resolve(Integer.toString(opened.size())));
        opened.add(harness);
        return harness;
    }
}
