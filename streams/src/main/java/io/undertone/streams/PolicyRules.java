package io.undertone.streams;

import io.undertone.schemas.PolicyDecision;
import io.undertone.schemas.Role;
import io.undertone.streams.config.PolicyConfig;
import io.undertone.streams.config.PolicyConfig.Consent;
import java.util.Set;

/// Whether a chunk may be looked at. Immutable; a pure function of its channel's role and of what events said. See
/// [PolicyConfig] for the meaning.
record PolicyRules(Set<Role> scoredRoles, boolean requireNotice, boolean requireConsent) {

    // Named on the audit topic: the key of the configuration that decided, or the event.
    static final String ROLE_RULE = "policy.scored-roles";
    static final String NOTICE_RULE = "policy.require-notice";
    static final String CONSENT_RULE = "policy.consent";
    static final String WITHDRAWAL_RULE = "withdrawn";
    static final String PAUSE_RULE = "paused";
    static final String ERASURE_RULE = "erased";

    /// @param rule that decided
    record Verdict(PolicyDecision decision, String rule) {

        boolean scored() {
            return decision == PolicyDecision.SCORED;
        }
    }

    static PolicyRules of(PolicyConfig config) {
        return new PolicyRules(config.scoredRoles(), config.requireNotice(), config.consent() == Consent.REQUIRED);
    }

    /// @param standing what holds for the channel
    Verdict judge(Role role, Standing standing) {
        if (!scoredRoles.contains(role)) {
            return new Verdict(PolicyDecision.BLOCKED_ROLE, ROLE_RULE);
        }
        if (standing.withdrawn()) {
            return new Verdict(PolicyDecision.BLOCKED_WITHDRAWN, WITHDRAWAL_RULE);
        }
        if (requireNotice && !standing.noticed()) {
            return new Verdict(PolicyDecision.BLOCKED_NO_NOTICE, NOTICE_RULE);
        }
        if (requireConsent && !standing.consented()) {
            return new Verdict(PolicyDecision.BLOCKED_NO_CONSENT, CONSENT_RULE);
        }
        if (standing.paused()) {
            return new Verdict(PolicyDecision.BLOCKED_PAUSED, PAUSE_RULE);
        }
        return new Verdict(
                PolicyDecision.SCORED, requireConsent ? CONSENT_RULE : requireNotice ? NOTICE_RULE : ROLE_RULE);
    }
}
