package io.undertone.trainer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.*;
import ai.djl.ndarray.types.*;
import io.undertone.trainer.network.*;
import java.util.*;

public class SpeedProbe {
    public static void main(String[] a) {
        int[][] chs = {{16, 32, 64, 128}, {24, 48, 96, 128}, {16, 32, 64, 96}};
        int B = Integer.parseInt(a[0]);
        for (int[] ch : chs)
            try (NDManager mg = NDManager.newBaseManager()) {
                Weights w = Weights.create(mg);
                var spec = new EncoderSpec(Arrays.stream(ch).boxed().toList(), 192, 64, 192, 128, 256);
                var enc = new CompactEncoder(spec);
                enc.addTo(w, new SplittableRandom(1));
                Heads.addSupervised(w, 192, 30, new SplittableRandom(2));
                System.out.println(Arrays.toString(ch) + " params " + w.trainableSize());
                AdamW opt = new AdamW(w, w.trainableNames(), 1e-2, 5);
                long t0 = 0;
                int n = 8;
                for (int s = 0; s < n + 2; s++) {
                    if (s == 2) t0 = System.nanoTime();
                    try (NDManager sub = mg.newSubManager()) {
                        NDArray x = sub.randomNormal(new Shape(B, 48000)).mul(0.1f);
                        long t1 = System.nanoTime();
                        NDArray mel = LogMel.apply(new DjlOps(w, true), x);
                        if (s == 2) {
                            System.out.println(mel.getShape() + " mean "
                                    + mel.mean().getFloat() + " sd "
                                    + mel.sub(mel.mean()).square().mean().sqrt().getFloat());
                            System.out.println("mel ms/clip " + (System.nanoTime() - t1) / 1e6 / B);
                        }
                        try (var gc = Engine.getInstance().newGradientCollector()) {
                            NDArray f = enc.features(new DjlOps(w, true), mel);
                            if (s == 2) {
                                f.toFloatArray();
                                System.out.println("fwd ms/clip " + (System.nanoTime() - t1) / 1e6 / B);
                            }
                            NDArray loss = Heads.classes(new DjlOps(w, true), f)
                                    .square()
                                    .mean();
                            gc.backward(loss);
                            if (s % 4 == 0) System.out.println("loss " + loss.getFloat());
                        }
                        opt.step(1e-3);
                    }
                }
                System.out.println("train ms/clip " + (System.nanoTime() - t0) / 1e6 / n / B);
                System.out.println("bn var " + w.values("stage0.down.norm.var")[0]);
            }
    }
}
