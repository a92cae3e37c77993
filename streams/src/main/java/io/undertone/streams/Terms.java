package io.undertone.streams;

import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.PromptBankVersion;
import org.jspecify.annotations.Nullable;

/// Under what a chunk was scored or dropped, as `policy-audit` says it. Immutable.
///
/// @param noticeTextId of the notice under which it was scored; null when blocked, or when no text was named
/// @param model that was asked; null when blocked
/// @param bank that was asked; null when blocked
record Terms(
        PolicyDecision decision,
        String rule,
        @Nullable String noticeTextId,
        @Nullable ModelVersion model,
        @Nullable PromptBankVersion bank) {

    static Terms of(PolicyRules.Verdict verdict, Standing standing, Tagging tagging) {
        return verdict.scored()
                ? new Terms(
                        verdict.decision(),
                        verdict.rule(),
                        standing.noticeTextId(),
                        tagging.model(),
                        tagging.bankVersion())
                : blocked(verdict);
    }

    static Terms blocked(PolicyRules.Verdict verdict) {
        return new Terms(verdict.decision(), verdict.rule(), null, null, null);
    }

    void write(StateWriter out) {
        out.putText(decision.name()).putText(rule).putOptionalText(noticeTextId).putFlag(model != null);
        if (model != null && bank != null) {
            out.putText(model.getName()).putText(model.getVersion());
            out.putText(bank.getId()).putText(bank.getVersion());
        }
    }

    static Terms read(StateReader in) {
        PolicyDecision decision = PolicyDecision.valueOf(in.text());
        String rule = in.text();
        @Nullable String notice = in.optionalText();
        if (!in.flag()) {
            return new Terms(decision, rule, notice, null, null);
        }
        ModelVersion model = new ModelVersion(in.text(), in.text());
        return new Terms(decision, rule, notice, model, new PromptBankVersion(in.text(), in.text()));
    }
}
