package io.undertone.schemas;

/// Keys on the topics of embeddings and labels. Each record has a key of its own, so that a tombstone deletes it and
/// nothing else; like every key, it alone decides the partition.
///
/// Names stand before slashes, with `%` and `/` in them written as `%25` and `%2F`, so that no two records share a key:
/// `call-1/customer/12`, `call-1/customer/12000-15000`.
public final class TrainingKeys {

    private TrainingKeys() {}

    /// Key of the embedding of a window.
    public static String window(String callId, String channel, long windowIndex) {
        return channel(callId, channel) + windowIndex;
    }

    /// Key of a label: another one of the same stretch replaces it.
    public static String label(String callId, String channel, long startMs, long endMs) {
        return channel(callId, channel) + startMs + "-" + endMs;
    }

    public static String of(TrainingLabel label) {
        return label(label.getCallId(), label.getChannel(), label.getStartMs(), label.getEndMs());
    }

    /// What all keys of a call begin with, and no other key.
    public static String call(String callId) {
        return escaped(callId) + "/";
    }

    /// What all keys of a channel begin with, and no other key.
    public static String channel(String callId, String channel) {
        return call(callId) + escaped(channel) + "/";
    }

    private static String escaped(String name) {
        return name.replace("%", "%25").replace("/", "%2F");
    }
}
