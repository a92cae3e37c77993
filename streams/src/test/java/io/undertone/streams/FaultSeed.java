package io.undertone.streams;

/// The seed of what is made up in a fault class: another one in each run, unless `faults.seed` is set.
final class FaultSeed {

    private FaultSeed() {}

    /// Prints it, so that it can be passed back.
    static long next() {
        long seed = Long.getLong("faults.seed", System.nanoTime());
        System.out.println("seed: -Dfaults.seed=" + seed);
        return seed;
    }
}
