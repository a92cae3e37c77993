package io.undertone.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.undertone.trainer.corpus.Clip;
import io.undertone.trainer.corpus.Corpus;
import io.undertone.trainer.loss.AlignmentLoss;
import io.undertone.trainer.loss.Temperature;
import io.undertone.trainer.network.DjlOps;
import io.undertone.trainer.network.Heads;
import io.undertone.trainer.network.Networks;
import io.undertone.trainer.network.Scalars;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// What stage 2 minimises, and the joint stage with the encoder: clips beside captions of how they sound, and the rated
/// sentences of the configuration. Owned by the training thread.
///
/// Clips of which one dimension is missing ([Corpus#place]) have no caption here. A distance by the other dimension
/// alone is never longer than the real one: among distances in the plane such a clip would count as near to nearly
/// everybody, whatever it is. And a description would have to say something of the missing dimension, which would be
/// made up.
final class CaptionLoss {

    private final TrainConfig config;
    private final TrainingData data;
    private final Networks networks;
    private final AlignmentLoss loss;
    private final Temperature temperature;

    CaptionLoss(TrainConfig config, TrainingData data, Networks networks) {
        this.config = config;
        this.data = data;
        this.networks = networks;
        this.loss = config.alignment().minimised();
        this.temperature = config.alignment().temperatureOf(networks.weights());
    }

    Temperature temperature() {
        return temperature;
    }

    /// Room for so many clips, to be filled.
    Pairs pairs(int size) {
        return new Pairs(size);
    }

    /// A batch of captions beside clips, drawn clip by clip, and the rated sentences that the clips are ranked against.
    final class Pairs {

        private final float[] text; // [batch * 384]
        private final double[][] places; // [batch][2] valence and arousal
        private final int[] classes; // [batch]
        private int[] sentences = {}; // indexes of rated sentences

        private Pairs(int size) {
            this.text = new float[size * Networks.TEXT_DIM];
            this.places = new double[size][];
            this.classes = new int[size];
        }

        int size() {
            return classes.length;
        }

        /// Draws one of the captions of a training clip that has a place in the plane.
        void put(int row, int index, SplittableRandom random) {
            Clip clip = data.train().get(index);
            List<String> captions = data.captions().get(index);
            float[] vector = data.vectors().get(captions.get(random.nextInt(captions.size())));
            System.arraycopy(vector, 0, text, row * Networks.TEXT_DIM, Networks.TEXT_DIM);
            places[row] = Corpus.place(clip).toArray();
            // A clip without a category is like no other.
            classes[row] =
                    data.isNamed(clip) ? data.classOf(clip) : data.classes().size() + index;
        }

        /// Draws the rated sentences, at most as many as there are clips; none if the run uses none.
        void drawSentences(SplittableRandom random) {
            int rated = data.sentences().vectors().size();
            int most = Math.min(size(), config.alignment().sentenceBatch());
            sentences = new int[rated == 0 ? 0 : most];
            for (int i = 0; i < sentences.length; i++) {
                sentences[i] = random.nextInt(rated);
            }
        }
    }

    /// Of both projections.
    ///
    /// @param features `[batch, features]` of the clips; results live in their manager
    /// @return a scalar of 64 bits
    NDArray of(NDArray features, Pairs pairs) {
        DjlOps ops = networks.ops(true);
        NDArray vectors = features.getManager().create(pairs.text, new Shape(pairs.size(), Networks.TEXT_DIM));
        NDArray a = Heads.project(ops, features, Networks.AUDIO_PROJECTION);
        NDArray t = Heads.project(ops, vectors, Networks.TEXT_PROJECTION);
        NDArray paired = loss.of(temperature.logits(a.matMul(t.transpose())), pairs.places, pairs.classes);
        return sentences(pairs, a, paired);
    }

    /// Adds the term of the rated sentences. They are standardised as captions are, by the running statistics: their
    /// own mean is that of news and novels.
    private NDArray sentences(Pairs pairs, NDArray audio, NDArray paired) {
        int count = pairs.sentences.length;
        if (count == 0) {
            return paired;
        }
        float[] vectors = new float[count * Networks.TEXT_DIM];
        double[][] places = new double[count][];
        for (int i = 0; i < count; i++) {
            float[] vector = data.sentences().vectors().get(pairs.sentences[i]);
            System.arraycopy(vector, 0, vectors, i * Networks.TEXT_DIM, Networks.TEXT_DIM);
            places[i] = data.sentences().places()[pairs.sentences[i]];
        }
        NDArray texts = Heads.project(
                networks.ops(false),
                audio.getManager().create(vectors, new Shape(count, Networks.TEXT_DIM)),
                Networks.TEXT_PROJECTION);
        NDArray clips = audio.get(new NDIndex("0:" + count));
        double[][] clipPlaces = Arrays.copyOf(pairs.places, count);
        NDArray term = loss.unpaired(temperature.logits(clips.matMul(texts.transpose())), clipPlaces, places);
        return paired.add(Scalars.times(term, config.alignment().sentenceWeight()));
    }
}
