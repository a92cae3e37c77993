package io.undertone.streams.config;

import io.undertone.schemas.Role;
import java.time.Duration;
import java.util.Set;

/// Whose audio may be looked at, and when. All other is dropped before it is decoded.
///
/// @param scoredRoles by default customers alone: inferring the emotions of people at work is banned in the EU
///     (Regulation (EU) 2024/1689, Art. 5(1)(f))
/// @param requireNotice whether a call is scored only after an event said that notice was given: people must be told
///     (Art. 50(3))
/// @param consent whether a call is scored only after an event said that consent was given
/// @param rememberCalls how long what is known of a call is kept after its last event and its last audio. A withdrawal
///     is obeyed that long also when nothing of the call comes in between
public record PolicyConfig(Set<Role> scoredRoles, boolean requireNotice, Consent consent, Duration rememberCalls) {

    public enum Consent {
        /// Nothing is scored before `CONSENT_GIVEN`.
        REQUIRED,
        /// Scored until it is withdrawn: another ground than consent, or it was given elsewhere.
        ASSUMED
    }

    static final Set<Role> SCORED_ROLES = Set.of(Role.CUSTOMER);
    static final boolean REQUIRE_NOTICE = true;
    static final Consent CONSENT = Consent.ASSUMED;
    static final Duration REMEMBER_CALLS = Duration.ofHours(24);

    public PolicyConfig {
        scoredRoles = Set.copyOf(scoredRoles);
        if (scoredRoles.isEmpty()) {
            throw new IllegalArgumentException("'policy.scored-roles' must name at least one role");
        }
        Range.check("policy.remember-calls", rememberCalls, Duration.ofMinutes(1), Duration.ofDays(90));
    }

    static PolicyConfig read(Section section) {
        return new PolicyConfig(
                section.choices("scored-roles", Role.class, SCORED_ROLES),
                section.flag("require-notice", REQUIRE_NOTICE),
                section.choice("consent", Consent.class, CONSENT),
                section.duration("remember-calls", REMEMBER_CALLS));
    }
}
