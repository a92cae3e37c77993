package io.undertone.streams;

import io.undertone.rank.PromptBank;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.tag.Tagger;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;

/// What all tasks of the process tag with. Immutable and shared.
record Tagging(WindowSpec spec, WindowingLimits limits, Tagger tagger, PromptBank bank, ModelVersion model) {

    TagRecords records() {
        return new TagRecords(spec, model, new PromptBankVersion(bank.id(), bank.version()));
    }
}
