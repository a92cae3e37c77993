package io.undertone.streams;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which process a transaction and a member of the group belong to, read from the names that Kafka Streams gives them:
/// `<application id>-<process id>-<number>` and `<application id>-<process id>-StreamThread-<number>-consumer`.
/// Immutable.
final class ProcessIds {

    private static final String UUID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

    private final Pattern transactionalId;
    private final Pattern clientId;

    ProcessIds(String applicationId) {
        String process = Pattern.quote(applicationId) + "-" + UUID;
        transactionalId = Pattern.compile(process + "-\\d+");
        clientId = Pattern.compile(process + "-StreamThread-\\d+-consumer");
    }

    /// @param transactionalIds of any application
    /// @param members client ids of the members of this application's group
    /// @return this application's transactional ids whose process has no member; none if the process of a member
    ///     cannot be told, for then nobody is known to be dead
    Set<String> ofTheDead(Set<String> transactionalIds, Set<String> members) {
        Set<String> alive = new HashSet<>();
        for (String member : members) {
            Optional<String> process = process(clientId, member);
            if (process.isEmpty()) {
                return Set.of();
            }
            alive.add(process.get());
        }
        Set<String> dead = new TreeSet<>(transactionalIds);
        dead.removeIf(id -> process(transactionalId, id).map(alive::contains).orElse(true));
        return dead;
    }

    private static Optional<String> process(Pattern pattern, String name) {
        Matcher matcher = pattern.matcher(name);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
