package io.undertone.deploy.bench;

import io.undertone.streams.config.DeliveryConfig.Guarantee;
import java.time.Duration;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/// What live load showed.
///
/// @param calls at the same time
/// @param windowsPerSecond that were offered
/// @param latencies from the last sample of a window until its tag was read, in ms
/// @param worstLateness of the load itself
/// @param stateBytesPerChannel of open channels, keys and values; empty when it was not looked at
record Live(
        Guarantee guarantee,
        int calls,
        double windowsPerSecond,
        Histogram latencies,
        Duration worstLateness,
        OptionalDouble stateBytesPerChannel) {

    long percentile(double percentile) {
        return latencies.getValueAtPercentile(percentile);
    }
}
