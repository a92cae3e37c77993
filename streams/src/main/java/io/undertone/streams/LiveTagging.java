package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.rank.Prompt;
import io.undertone.schemas.BankPrompt;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.serde.RegistryException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What all tasks of the process tag with now. Prompts change while calls run: a bank that comes on the topic
/// is checked and embedded once, for all tasks, and then takes the place of the one before. So does another bundle,
/// with the bank of that time.
///
/// A window takes [#current] when it is cut, or when the encoder has room for it at last, and keeps it: so every
/// tag rests on one version alone, and since windows are cut in order, the versions of a channel change once and
/// never back. A bank that cannot be used is refused with the reason in the log, and the one before stays. A bank
/// that is removed gives way to the configured prompts.
///
/// The topic is read beside the transactions of the tasks: each instance changes over when it has read the
/// change, which is within a moment and not at the same one. What was cut and not committed before a crash is
/// cut again, and tagged with the prompts of that later time: the output of the first time was rolled back, so
/// nobody sees both.
///
/// Threading: `take` belongs to Kafka Streams' global thread, `current` to any, and so does `swap`: changes wait for
/// one another, so that a bank is never embedded for a bundle that has just gone.
final class LiveTagging implements Supplier<Tagging> {

    private static final Logger log = LoggerFactory.getLogger(LiveTagging.class);
    private static final Duration REGISTRY_PAUSE = Duration.ofSeconds(1);
    private static final int REGISTRY_ATTEMPTS = 60;

    private final String bankId;
    private final String topic;
    private final Deserializer<PromptBankRecord> deserializer;
    private final TaggerCounters counters;
    private Tagging configured;
    private final Duration registryPause;
    private volatile Tagging current;

    /// @param configured used while the topic holds no bank of that id
    /// @param bankId of the bank that is used; others are left alone
    /// @param topic of prompt banks
    LiveTagging(
            Tagging configured,
            String bankId,
            String topic,
            Deserializer<PromptBankRecord> deserializer,
            TaggerCounters counters) {
        this(configured, bankId, topic, deserializer, counters, REGISTRY_PAUSE);
    }

    /// @param registryPause how long to wait before a registry that is away is asked again
    LiveTagging(
            Tagging configured,
            String bankId,
            String topic,
            Deserializer<PromptBankRecord> deserializer,
            TaggerCounters counters,
            Duration registryPause) {
        this.registryPause = registryPause;
        this.configured = configured;
        this.bankId = bankId;
        this.topic = topic;
        this.deserializer = deserializer;
        this.counters = counters;
        this.current = configured;
    }

    Tagging current() {
        return current;
    }

    @Override
    public Tagging get() {
        return current;
    }

    /// A record of the topic of prompt banks. Never throws for what is in it: the thread that calls has no
    /// successor.
    void take(@Nullable String key, byte @Nullable [] value) {
        if (!bankId.equals(key)) {
            return;
        }
        if (value == null) {
            remove();
            return;
        }
        try {
            change(read(value)); // a bundle may be swapped while it waits for the registry
        } catch (RuntimeException e) {
            counters.bankRefused();
            log.error("prompt bank '{}' was refused, {} stays: {}", bankId, name(current), e.getMessage());
        }
    }

    private synchronized void remove() {
        current = configured;
        log.info("prompt bank '{}' was removed: tagging with {}", bankId, name(current));
    }

    private synchronized void change(PromptBankRecord record) {
        current = changed(record);
        counters.bankTaken();
        log.info(
                "tagging with {} from the next window on: {} prompts",
                name(current),
                current.bank().size());
    }

    /// Another bundle, from the next window on. The bank stays: its texts are embedded anew.
    ///
    /// @param other the bundle with the configured prompts
    /// @throws InvalidInputException if the bank cannot be used with it; then nothing has changed
    synchronized void swap(Tagging other) {
        Tagging before = current;
        Tagging next = before.equals(configured)
                ? other
                : other.withPrompts(
                        before.bank().id(),
                        before.bank().version(),
                        before.bank().prompts());
        configured = other;
        current = next;
    }

    /// A good bank must not be refused because the registry is away for a moment: it would not come again.
    private PromptBankRecord read(byte[] value) {
        for (int attempt = 1; ; attempt++) {
            try {
                return deserializer.deserialize(topic, value);
            } catch (RegistryException e) {
                if (attempt == REGISTRY_ATTEMPTS) {
                    throw e;
                }
                log.warn("prompt bank '{}' waits for the schema registry: {}", bankId, e.getMessage());
                try {
                    Thread.sleep(registryPause);
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                    throw e;
                }
            }
        }
    }

    private Tagging changed(PromptBankRecord record) {
        if (!record.getId().equals(bankId)) {
            throw new InvalidInputException(
                    "its id must be the record's key '" + bankId + "': '" + record.getId() + "'");
        }
        if (record.getPrompts().size() > PromptSet.MAX_PROMPTS) {
            throw new InvalidInputException("it must hold at most " + PromptSet.MAX_PROMPTS + " prompts: "
                    + record.getPrompts().size());
        }
        long bytes = record.getPrompts().stream()
                .mapToLong(prompt -> (long) bytes(prompt.getId()) + bytes(prompt.getText()))
                .sum();
        if (bytes + bytes(record.getVersion()) > PromptSet.MAX_BYTES) {
            throw new InvalidInputException(
                    "its ids, texts and version must have at most " + PromptSet.MAX_BYTES + " bytes: " + bytes);
        }
        List<Prompt> prompts =
                record.getPrompts().stream().map(LiveTagging::prompt).toList();
        Tagging before = current;
        boolean sameVersion =
                before.bank().id().equals(bankId) && before.bank().version().equals(record.getVersion());
        if (sameVersion && !before.bank().prompts().equals(prompts)) {
            throw new InvalidInputException("version '" + record.getVersion() + "' was given to other prompts before");
        }
        return sameVersion ? before : before.withPrompts(bankId, record.getVersion(), prompts);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Prompt prompt(BankPrompt prompt) {
        return new Prompt(prompt.getId(), prompt.getText());
    }

    private static String name(Tagging tagging) {
        return "prompt bank '" + tagging.bank().id() + "' version '"
                + tagging.bank().version() + "'";
    }
}
