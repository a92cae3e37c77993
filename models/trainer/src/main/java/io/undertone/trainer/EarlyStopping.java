package io.undertone.trainer;

/// When a stage ends before its last epoch, and which of its epochs is kept. Immutable.
///
/// @param patience epochs without a better score after which the stage ends; 0: it never ends early and its last
///     epoch is kept
/// @param bestEpoch epochs that were done when the score was best; 0 before the first
/// @param bestScore the higher the better
record EarlyStopping(int patience, int bestEpoch, double bestScore) {

    static EarlyStopping start(int patience) {
        return new EarlyStopping(patience, 0, Double.NEGATIVE_INFINITY);
    }

    /// @param epoch epochs done
    EarlyStopping after(int epoch, double score) {
        return score > bestScore ? new EarlyStopping(patience, epoch, score) : this;
    }

    /// Whether the weights of this epoch are to be kept aside.
    boolean keeps(int epoch) {
        return patience > 0 && bestEpoch == epoch;
    }

    boolean endsAfter(int epoch) {
        return patience > 0 && epoch - bestEpoch >= patience;
    }
}
