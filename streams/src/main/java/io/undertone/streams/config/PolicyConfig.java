package io.undertone.streams.config;

import io.undertone.schemas.Role;
import java.util.Set;

/// Whose audio may be looked at. Everybody else's is dropped before it is decoded.
///
/// @param scoredRoles by default customers alone: inferring the emotions of people at work is banned in the EU
///     (Regulation (EU) 2024/1689, Art. 5(1)(f))
public record PolicyConfig(Set<Role> scoredRoles) {

    static final Set<Role> SCORED_ROLES = Set.of(Role.CUSTOMER);

    public PolicyConfig {
        scoredRoles = Set.copyOf(scoredRoles);
        if (scoredRoles.isEmpty()) {
            throw new IllegalArgumentException("'policy.scored-roles' must name at least one role");
        }
    }

    static PolicyConfig read(Section section) {
        return new PolicyConfig(section.choices("scored-roles", Role.class, SCORED_ROLES));
    }
}
