package io.undertone.streams;

import io.undertone.audio.InvalidInputException;
import io.undertone.rank.Prompt;
import io.undertone.schemas.PromptBankRecord;
import io.undertone.schemas.Topics;
import io.undertone.streams.config.UndertoneConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scores past calls again, with another bundle or other prompts, into topics of its own. The live tagger does not
/// notice.
///
/// It is a tagger of another application id: another group, other internal topics, another folder of state. It reads
/// the audio that was there when it began, in the order in which the live one read it, ends the channels that are still
/// open then, and ends itself when everything is published. Nobody resumes it: what it made for itself is deleted at
/// its end, and after a failure it is run again into other topics.
///
/// Threading: one thread, but for `stop`.
public final class Rescoring implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Rescoring.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(30);

    /// The prompts do not change while calls are scored.
    private static final String NO_BANK = "";

    /// @param config of the live tagger, but for the bundle and the file of prompts, which are those to score with
    /// @param prefix before the names of the topics of results
    /// @param calls that are scored; empty: all whose audio is there
    /// @param bank scored with; absent: the prompts of the configuration, or the bundle's
    public record Order(UndertoneConfig config, String prefix, Set<String> calls, Optional<PromptBankRecord> bank) {

        public Order {
            if (!prefix.matches("[A-Za-z0-9._-]{1,50}")) {
                throw new InvalidInputException(
                        "the prefix of the results must be 1 to 50 letters, digits, '.', '_' or '-': '" + prefix + "'");
            }
            calls = Set.copyOf(calls);
        }

        Topics topics() {
            return Topics.defaults().withPrefix(config.topicPrefix()).withResultsUnder(prefix);
        }

        /// Its own group, state and internal topics.
        UndertoneConfig own() {
            try {
                return config.forRescoring(applicationId(config.kafka().applicationId(), prefix));
            } catch (IllegalArgumentException e) {
                throw new InvalidInputException("the prefix of the results is too long: " + e.getMessage(), e);
            }
        }
    }

    /// @param read chunks of those that were there, all calls counted
    /// @param total chunks that were there
    /// @param withdrawnCalls that are left out, or in part
    public record Progress(long read, long total, int withdrawnCalls, TaggerCounters.Snapshot counters) {}

    private final TaggerApplication tagger;
    private final PastCalls scope;
    private final PastTopics past;
    private final Path state;
    private boolean closed;

    private Rescoring(TaggerApplication tagger, PastCalls scope, PastTopics past, Path state) {
        this.tagger = tagger;
        this.scope = scope;
        this.past = past;
        this.state = state;
    }

    /// @param live application id of the live tagger
    /// @param prefix before the names of the topics of results
    static String applicationId(String live, String prefix) {
        return live + "-rescore-" + prefix;
    }

    /// Opens the bundle, creates the topics of results that are missing, reads all events, and begins to score.
    ///
    /// @throws InvalidInputException if something cannot be used, or there is no audio
    public static Rescoring start(Order order) throws InterruptedException {
        UndertoneConfig config = order.own();
        Topics topics = order.topics();
        Model model = Model.open(config);
        try {
            Tagging tagging =
                    order.bank().map(bank -> with(model.tagging(), bank)).orElse(model.tagging());
            PastTopics past = PastTopics.open(config, topics);
            try {
                UndertoneConfig agreed = new StartChecks(config, topics, System::nanoTime).run();
                PastCalls scope = new PastCalls(topics.audioChunks().name(), past.ends(), order.calls());
                past.events(scope::mind);
                TaggerApplication.Assignment assignment = new TaggerApplication.Assignment(
                        topics, ChannelRules.of(config).withoutTimeouts(), scope, NO_BANK);
                TaggerApplication tagger =
                        TaggerApplication.start(agreed, assignment, tagging, model.openEncoder(), model);
                Path state = config.stateDir().resolve(config.kafka().applicationId());
                return new Rescoring(tagger, scope, past, state);
            } catch (InterruptedException | RuntimeException | Error e) {
                past.close();
                throw e;
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    private static Tagging with(Tagging tagging, PromptBankRecord bank) {
        List<Prompt> prompts = bank.getPrompts().stream()
                .map(prompt -> new Prompt(prompt.getId(), prompt.getText()))
                .toList();
        return tagging.withPrompts(bank.getId(), bank.getVersion(), prompts);
    }

    /// Waits until all is scored and published, or the tagger has ended otherwise, and closes everything.
    ///
    /// @param told of the progress, several times a second, and once at the end
    /// @return [ExitCode#STOPPED] if all was published
    public ExitCode await(Consumer<Progress> told) throws InterruptedException {
        Optional<ExitCode> ended = Optional.empty();
        while (ended.isEmpty() && !scope.isDone()) {
            past.events(scope::mind);
            past.readToTheEnd().forEach(scope::over);
            told.accept(progress());
            ended = tagger.awaitTermination(LOOK);
        }
        boolean done = scope.isDone();
        boolean published = tagger.close(CLOSE);
        past.readToTheEnd();
        told.accept(progress());
        close();
        return done && published
                ? ExitCode.STOPPED
                : ended.filter(code -> code != ExitCode.STOPPED).orElse(ExitCode.FAILED);
    }

    private Progress progress() {
        return new Progress(past.read(), past.total(), scope.withdrawnCalls(), tagger.counters());
    }

    /// Ends it before its time; [#await] returns.
    public void stop() {
        tagger.close(CLOSE);
    }

    /// Stops it if it runs, and deletes what it made for itself: group, internal topics, local state. Results stay.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (tagger.close(CLOSE)) {
            tagger.forgetState();
            deleteFolder();
            past.deleteOwn();
        } else {
            log.warn("the rescoring did not end in time: its state, group and internal topics are left behind");
        }
        past.close();
    }

    private void deleteFolder() {
        try {
            FolderTree.delete(state);
        } catch (IOException e) {
            log.warn("the folder of its state is left behind: {} ({})", state, e.toString());
        }
    }
}
