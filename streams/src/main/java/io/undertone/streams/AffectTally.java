package io.undertone.streams;

import io.undertone.schemas.AffectSummary;
import io.undertone.tag.Tagger;
import java.util.Optional;

/// Running sums of one dimension, valence or arousal, over the scored windows of a channel. Mutable; owned by the
/// task's
/// stream thread.
///
/// With values v_i at times t_i, in minutes of call time at which the windows end:
///
///     mean  = sum v / n
///     trend = (n sum(t v) - sum t sum v) / (n sum(t t) - sum t sum t)     least squares, per minute
final class AffectTally {

    private static final double MILLIS_PER_MINUTE = 60_000;

    private long count;
    private double sum;
    private double sumTime; // minutes
    private double sumTimeTime;
    private double sumTimeValue;
    private double min = Double.POSITIVE_INFINITY;
    private long minAtMillis;
    private double max = Double.NEGATIVE_INFINITY;
    private long maxAtMillis;

    /// @param endMillis end of the window in call time
    void add(long endMillis, double value) {
        double time = endMillis / MILLIS_PER_MINUTE;
        count++;
        sum += value;
        sumTime += time;
        sumTimeTime += time * time;
        sumTimeValue += time * value;
        if (value < min) {
            min = value;
            minAtMillis = endMillis;
        }
        if (value > max) {
            max = value;
            maxAtMillis = endMillis;
        }
    }

    /// Empty when no window was scored.
    Optional<AffectSummary> summary() {
        return count == 0
                ? Optional.empty()
                : Optional.of(new AffectSummary(
                        Tagger.rounded(sum / count),
                        min,
                        minAtMillis,
                        max,
                        maxAtMillis,
                        Tagger.rounded(trendPerMinute())));
    }

    private double trendPerMinute() {
        double spread = count * sumTimeTime - sumTime * sumTime;
        return count < 2 || spread <= 0 ? 0 : (count * sumTimeValue - sumTime * sum) / spread;
    }

    void write(StateWriter out) {
        out.putLong(count)
                .putDouble(sum)
                .putDouble(sumTime)
                .putDouble(sumTimeTime)
                .putDouble(sumTimeValue);
        out.putDouble(min).putLong(minAtMillis).putDouble(max).putLong(maxAtMillis);
    }

    static AffectTally read(StateReader in) {
        AffectTally tally = new AffectTally();
        tally.count = in.getLong();
        tally.sum = in.getDouble();
        tally.sumTime = in.getDouble();
        tally.sumTimeTime = in.getDouble();
        tally.sumTimeValue = in.getDouble();
        tally.min = in.getDouble();
        tally.minAtMillis = in.getLong();
        tally.max = in.getDouble();
        tally.maxAtMillis = in.getLong();
        return tally;
    }
}
