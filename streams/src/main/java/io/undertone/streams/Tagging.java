package io.undertone.streams;

import io.undertone.model.TextEncoder;
import io.undertone.rank.Prompt;
import io.undertone.rank.PromptBank;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.tag.Tagger;
import io.undertone.window.WindowSpec;
import io.undertone.window.WindowingLimits;
import java.util.List;

/// What a window is tagged with: one bundle and one bank of prompts in one version. Immutable and shared; what the
/// tasks tag with *now* is [LiveTagging#current].
///
/// @param texts of the bundle that `tagger` and `model` belong to
record Tagging(
        WindowSpec spec,
        WindowingLimits limits,
        Tagger tagger,
        TextEncoder texts,
        PromptBank bank,
        ModelVersion model) {

    TagRecords records() {
        return new TagRecords(spec, model, bankVersion());
    }

    PromptBankVersion bankVersion() {
        return new PromptBankVersion(bank.id(), bank.version());
    }

    /// Name and version of the bundle, for people.
    String bundleName() {
        return model.getName() + " " + model.getVersion();
    }

    /// Whether both rest on one bundle as it was opened once, whatever their prompts.
    boolean sameBundle(Tagging other) {
        return tagger == other.tagger;
    }

    Tagging withBank(PromptBank other) {
        return new Tagging(spec, limits, tagger, texts, other, model);
    }

    /// The same bundle with other prompts, whose texts are embedded here.
    ///
    /// @throws io.undertone.audio.InvalidInputException if the prompts are no bank
    Tagging withPrompts(String bankId, String version, List<Prompt> prompts) {
        return withBank(PromptBank.of(bankId, version, prompts, texts));
    }
}
