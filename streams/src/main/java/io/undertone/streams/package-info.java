/// The tagger on Kafka Streams: chunks of call audio become emotion tags, exactly once and in order.
///
/// [TaggerApplication] runs it, [TaggingTopology] says how it hangs together, [TaggingProcessor] is what happens to a
/// record, [WindowBatcher] is where windows of all calls meet the encoder.
@NullMarked
package io.undertone.streams;

import org.jspecify.annotations.NullMarked;
