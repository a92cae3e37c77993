package io.undertone.streams;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the transactions of instances that have vanished from the group.
///
/// A killed process leaves a transaction open. Until that ends no reader of committed records gets past it, and whoever
/// takes over cannot restore its state, for changelogs are read committed too. Brokers end it after its time-out, and
/// look for such transactions only every 10 s. The same process, started again on its state folder, ends it at once,
/// because its transactional ids are the same; another one has no reason to use those ids. So whenever partitions move,
/// each instance looks for open transactions of this application whose process is no member of the group any more, and
/// has them ended by bumping their producer's epoch.
///
/// That never takes anything from a live instance but a little time: one that is wrongly taken for dead rolls back,
/// joins again and goes on. To make that rare a transaction must also have been open for half of its time-out,
/// which is longer than a live stream thread ever keeps one: a static member that was replaced by another process is
/// listed under the client id of the old one.
///
/// Where the members' client ids do not tell their process ([ProcessIds]; a `client.id` of one's own) nothing is
/// done, and the time-out counts.
///
/// Thread safe: the work is done on a thread of its own.
final class DeadTransactions implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DeadTransactions.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration AGAIN = Duration.ofMillis(250);

    private final Admin admin;
    private final String applicationId;
    private final Duration openFor;
    private final ProcessIds processIds;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("undertone-dead-transactions").daemon().factory());

    /// @param admin closed with this
    /// @param transactionTimeout of the application's producers
    DeadTransactions(Admin admin, String applicationId, Duration transactionTimeout) {
        this.admin = admin;
        this.applicationId = applicationId;
        this.openFor = transactionTimeout.dividedBy(2);
        this.processIds = new ProcessIds(applicationId);
    }

    /// Partitions have begun to move: looks now, and again until they are restored. Returns at once.
    ///
    /// @param moving whether they still do
    void endWhile(BooleanSupplier moving) {
        schedule(moving, Duration.ZERO);
    }

    private void schedule(BooleanSupplier moving, Duration after) {
        try {
            var _ = thread.schedule(() -> look(moving), after.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // closed
        }
    }

    private void look(BooleanSupplier moving) {
        try {
            end();
            if (moving.getAsBoolean()) {
                schedule(moving, AGAIN);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            log.debug("transactions of vanished instances are left to their time-out", e);
            if (moving.getAsBoolean()) {
                schedule(moving, AGAIN.multipliedBy(4));
            }
        }
    }

    /// First the transactions, then the members: an instance that joins in between has no transaction in the list.
    private void end() throws InterruptedException, ExecutionException, TimeoutException {
        Set<String> open = open();
        if (open.isEmpty()) {
            return;
        }
        Collection<MemberDescription> members = get(admin.describeConsumerGroups(List.of(applicationId))
                        .all())
                .values()
                .iterator()
                .next()
                .members();
        Set<String> dead = processIds.ofTheDead(
                open, members.stream().map(MemberDescription::clientId).collect(Collectors.toSet()));
        log.debug("open: {}, of vanished instances: {}, members: {}", open, dead, members);
        if (!dead.isEmpty()) {
            get(admin.fenceProducers(dead).all());
            log.info("ended what vanished instances had left open: {} transactions", dead.size());
        }
    }

    /// Of all brokers that answer: one that does not is perhaps what has happened.
    private Set<String> open() throws InterruptedException, ExecutionException, TimeoutException {
        Map<Integer, KafkaFuture<Collection<TransactionListing>>> brokers =
                get(admin.listTransactions(new ListTransactionsOptions()
                                .filterStates(Set.of(TransactionState.ONGOING))
                                .filterOnDuration(openFor.toMillis()))
                        .byBrokerId());
        Set<String> open = new HashSet<>();
        for (KafkaFuture<Collection<TransactionListing>> broker : brokers.values()) {
            try {
                get(broker).stream()
                        .map(TransactionListing::transactionalId)
                        .filter(id -> id.startsWith(applicationId + "-"))
                        .forEach(open::add);
            } catch (ExecutionException | TimeoutException e) {
                log.debug("a broker does not list its transactions", e);
            }
        }
        return open;
    }

    private static <T> T get(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        admin.close(Duration.ZERO);
    }
}
