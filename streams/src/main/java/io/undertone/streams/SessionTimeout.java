package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// After which silence an instance is taken for dead: as short as we want it where the brokers allow that, and what
/// brokers allow by default where they do not, or do not say.
final class SessionTimeout {

    private static final Logger log = LoggerFactory.getLogger(SessionTimeout.class);

    /// Half of what an interruption may last, for a dead instance is missed no sooner.
    static final Duration WANTED = Duration.ofSeconds(3);
    /// What brokers take that nobody told otherwise.
    static final Duration EVERYWHERE = Duration.ofSeconds(6);

    private static final String LOWEST = "group.min.session.timeout.ms";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private SessionTimeout() {}

    /// @param configured as it stands in the configuration, if it does
    /// @throws InvalidInputException if the brokers would refuse what is configured
    static Duration agree(Admin admin, Optional<Duration> configured) throws InterruptedException {
        Optional<Duration> lowest = lowest(admin);
        return agree(lowest, configured);
    }

    static Duration agree(Optional<Duration> lowest, Optional<Duration> configured) {
        if (configured.isPresent()) {
            Duration wanted = configured.get();
            lowest.filter(allowed -> wanted.compareTo(allowed) < 0).ifPresent(allowed -> {
                throw new InvalidInputException("'kafka.session-timeout' must be at least " + allowed.toMillis()
                        + "ms, the brokers' " + LOWEST + ": " + wanted.toMillis()
                        + "ms; raise the one or lower the other");
            });
            return wanted;
        }
        Duration agreed = lowest.map(allowed -> allowed.compareTo(WANTED) < 0 ? WANTED : allowed)
                .orElse(EVERYWHERE);
        if (agreed.compareTo(WANTED) > 0) {
            log.info(
                    "the calls of an instance that crashes are taken over after {} s; {} on the brokers ({}) would"
                            + " make it {} s",
                    agreed.toMillis() / 1e3,
                    LOWEST + "=" + WANTED.toMillis(),
                    lowest.map(allowed -> "now " + allowed.toMillis()).orElse("which do not tell it"),
                    WANTED.toSeconds());
        }
        return agreed;
    }

    /// The highest of the brokers' lower bounds: any of them may come to lead the group.
    ///
    /// @return empty if none of them tells us, for want of rights or in time
    private static Optional<Duration> lowest(Admin admin) throws InterruptedException {
        try {
            List<ConfigResource> brokers =
                    admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
                            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
                            .toList();
            List<Duration> bounds = new ArrayList<>();
            for (KafkaFuture<Config> answer :
                    admin.describeConfigs(brokers).values().values()) {
                ConfigEntry entry =
                        answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).get(LOWEST);
                if (entry != null && entry.value() != null) {
                    bounds.add(Duration.ofMillis(Long.parseLong(entry.value())));
                }
            }
            return bounds.stream().max(Duration::compareTo);
        } catch (ExecutionException | TimeoutException e) {
            log.debug("the brokers do not tell {}", LOWEST, e);
            return Optional.empty();
        }
    }
}
