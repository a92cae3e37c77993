package io.undertone.window;

/// What became of a chunk that was offered to a channel.
public sealed interface Admission {

    /// The chunk has its place in the channel (it may still wait behind a gap): it must be stored.
    record Accepted() implements Admission {}

    /// A chunk of this sequence was accepted before: this one is dropped.
    record Duplicate() implements Admission {}

    /// The chunk cannot be used; the channel goes on without it.
    record Refused(BadChunk why) implements Admission {}
}
