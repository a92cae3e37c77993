package io.undertone.trainer.network;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// Which audio tower a run trains on: the compact one from scratch, or a frozen one of the user's. The keys tell.
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION, defaultImpl = EncoderSpec.class)
@JsonSubTypes({@JsonSubTypes.Type(EncoderSpec.class), @JsonSubTypes.Type(FrozenSpec.class)})
public sealed interface AudioSpec permits EncoderSpec, FrozenSpec {

    /// Length of what the heads stand on.
    int features();

    /// Dimensions of the space shared with text.
    int embedding();

    /// Hidden units of both projection heads.
    int projectionHidden();
}
