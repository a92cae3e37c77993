package io.undertone.deploy.bench;

import io.undertone.deploy.bench.BenchReport.SoakSample;
import io.undertone.streams.cli.Pacer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Looks at the memory from time to time while load runs. A thread of its own looks; started and stopped by another.
final class SoakWatch {

    private final TagListener tags;
    private final Duration interval;
    private final Pacer clock;
    private final List<SoakSample> samples = new ArrayList<>();
    private final Thread thread;

    private SoakWatch(TagListener tags, Duration interval, Pacer clock) {
        this.tags = tags;
        this.interval = interval;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("bench-memory").unstarted(this::watch);
    }

    static SoakWatch start(TagListener tags, Duration interval, Pacer clock) {
        SoakWatch watch = new SoakWatch(tags, interval, clock);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        Instant start = clock.now();
        Instant last = start;
        long lastCount = tags.count();
        try {
            while (true) {
                clock.waitUntil(last.plus(interval));
                Instant now = clock.now();
                long count = tags.count();
                double seconds = Duration.between(last, now).toNanos() / 1e9;
                SoakSample sample = new SoakSample(
                        Duration.between(start, now), Memory.afterCollection(), (count - lastCount) / seconds);
                synchronized (samples) {
                    samples.add(sample);
                }
                last = now;
                lastCount = count;
            }
        } catch (InterruptedException _) {
            // stop() asked for it
        }
    }

    List<SoakSample> stop() throws InterruptedException {
        thread.interrupt();
        thread.join();
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }
}
