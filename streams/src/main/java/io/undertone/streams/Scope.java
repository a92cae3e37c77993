package io.undertone.streams;

/// What of the topics a tagger reads, and what it knows of calls before it reads. Thread safe.
sealed interface Scope permits Scope.Live, PastCalls {

    /// All that comes, for ever.
    Scope LIVE = new Live();

    /// Whether a record is read at all.
    ///
    /// @param key empty if it has none
    boolean holds(String topic, int partition, long offset, String key);

    /// What must be minded of a channel, whatever events have been read so far.
    Standing minded(ChannelId id);

    /// Nothing more comes from the partitions of a task: its channels end.
    boolean isOver(int partition);

    /// A task has, or has no longer, nothing open and nothing in flight.
    void rests(int partition, boolean resting);

    /// See [#LIVE].
    record Live() implements Scope {

        @Override
        public boolean holds(String topic, int partition, long offset, String key) {
            return true;
        }

        @Override
        public Standing minded(ChannelId id) {
            return Standing.NEW;
        }

        @Override
        public boolean isOver(int partition) {
            return false;
        }

        @Override
        public void rests(int partition, boolean resting) {
            // nobody waits for it
        }
    }
}
