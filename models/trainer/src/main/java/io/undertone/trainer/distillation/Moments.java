package io.undertone.trainer.distillation;

/// Mean and deviation of each value over all frames. Owned by one thread.
final class Moments {

    private double[] sums = new double[0];
    private double[] squares = new double[0];
    private long frames;

    void add(float[] frame) {
        if (frames == 0) {
            sums = new double[frame.length];
            squares = new double[frame.length];
        }
        frames++;
        for (int d = 0; d < frame.length; d++) {
            sums[d] += frame[d];
            squares[d] += (double) frame[d] * frame[d];
        }
    }

    int dim() {
        return sums.length;
    }

    float mean(int d) {
        return (float) (sums[d] / frames);
    }

    float deviation(int d) {
        double mean = sums[d] / frames;
        return (float) Math.sqrt(Math.max(squares[d] / frames - mean * mean, 1e-8));
    }
}
