package io.undertone.streams;

import io.undertone.schemas.ChannelSummary;
import io.undertone.schemas.EmotionTag;
import io.undertone.schemas.Interval;
import io.undertone.schemas.ModelVersion;
import io.undertone.schemas.Peak;
import io.undertone.schemas.PromptBankVersion;
import io.undertone.schemas.QuadrantTimes;
import io.undertone.schemas.RankedPrompt;
import io.undertone.schemas.Role;
import io.undertone.tag.Tagger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the tags of one channel add up to: its part of the call's summary. Mutable; owned by the task's stream thread.
/// Tags are added in the order of their windows; the result is a function of them alone.
///
/// - Each scored window counts as one hop of call time in its quadrant of the plane (0 is positive, and high).
/// - Shares are over all windows, those that abstain included.
/// - A peak is a window far from the middle of the plane, by `sqrt(valence^2 + arousal^2)`. Of windows that overlap
///   the farther one is kept, of equals the earlier; the [#PEAKS] farthest are published.
final class ChannelTally {

    static final int PEAKS = 3;
    private static final byte VERSION = 1;

    private final Role role;
    private final long hopMillis;
    private long windows;
    private long abstained;
    private double speech;
    private long endMillis;
    private final AffectTally valence;
    private final AffectTally arousal;
    private final long[] quadrantMillis; // positive high, negative high, negative low, positive low
    private final List<Peak> peaks; // in call time, none overlapping another
    private @Nullable ModelVersion model;
    private @Nullable PromptBankVersion bank;
    private long publishedMillis;

    private ChannelTally(
            Role role,
            long hopMillis,
            AffectTally valence,
            AffectTally arousal,
            long[] quadrantMillis,
            List<Peak> peaks) {
        this.role = role;
        this.hopMillis = hopMillis;
        this.valence = valence;
        this.arousal = arousal;
        this.quadrantMillis = quadrantMillis;
        this.peaks = peaks;
    }

    /// @param hopMillis from one window to the next
    static ChannelTally begin(Role role, long hopMillis) {
        return new ChannelTally(role, hopMillis, new AffectTally(), new AffectTally(), new long[4], new ArrayList<>());
    }

    void add(EmotionTag tag) {
        windows++;
        speech += tag.getSpeechRatio();
        endMillis = tag.getEndMs();
        model = tag.getModel();
        bank = tag.getPromptBank();
        Interval pleasant = tag.getValence();
        Interval activated = tag.getArousal();
        if (pleasant == null || activated == null) {
            abstained++;
            return;
        }
        valence.add(tag.getEndMs(), pleasant.getValue());
        arousal.add(tag.getEndMs(), activated.getValue());
        quadrantMillis[quadrant(pleasant.getValue(), activated.getValue())] += hopMillis;
        addPeak(new Peak(
                tag.getWindowIndex(),
                tag.getStartMs(),
                tag.getEndMs(),
                pleasant.getValue(),
                activated.getValue(),
                tag.getRanking().isEmpty() ? null : tag.getRanking().getFirst()));
    }

    private static int quadrant(double valence, double arousal) {
        if (arousal >= 0) {
            return valence >= 0 ? 0 : 1;
        }
        return valence >= 0 ? 3 : 2;
    }

    /// Windows come in order, so that a new one can overlap the latest peak alone.
    private void addPeak(Peak peak) {
        if (!peaks.isEmpty() && peaks.getLast().getEndMs() > peak.getStartMs()) {
            if (distance(peak) > distance(peaks.getLast())) {
                peaks.set(peaks.size() - 1, peak);
            }
            return;
        }
        peaks.add(peak);
        if (peaks.size() > PEAKS + 1) { // the latest may still give way to one that overlaps it
            peaks.remove(leastBefore(peaks.size() - 1));
        }
    }

    private int leastBefore(int end) {
        int least = 0;
        for (int i = 1; i < end; i++) {
            if (distance(peaks.get(i)) <= distance(peaks.get(least))) {
                least = i;
            }
        }
        return least;
    }

    private static double distance(Peak peak) {
        return Math.hypot(peak.getValence(), peak.getArousal());
    }

    /// Whether so much call time has gone by since the last summary that another is due; if so, it counts as published.
    boolean due(long everyMillis) {
        if (endMillis - publishedMillis < everyMillis) {
            return false;
        }
        publishedMillis = endMillis;
        return true;
    }

    long endMillis() {
        return endMillis;
    }

    /// Of the last tag; null before the first.
    @Nullable
    ModelVersion model() {
        return model;
    }

    /// Of the last tag; null before the first.
    @Nullable
    PromptBankVersion bank() {
        return bank;
    }

    ChannelSummary summary(String channel) {
        List<Peak> farthest = peaks.stream()
                .sorted(Comparator.comparingDouble(ChannelTally::distance).reversed())
                .limit(PEAKS)
                .sorted(Comparator.comparingLong(Peak::getStartMs))
                .toList();
        return ChannelSummary.newBuilder()
                .setChannel(channel)
                .setRole(role)
                .setWindows(windows)
                .setEndMs(endMillis)
                .setSpeechShare(share(speech))
                .setAbstainedShare(share((double) abstained))
                .setValence(valence.summary().orElse(null))
                .setArousal(arousal.summary().orElse(null))
                .setQuadrants(
                        new QuadrantTimes(quadrantMillis[0], quadrantMillis[1], quadrantMillis[2], quadrantMillis[3]))
                .setPeaks(farthest)
                .build();
    }

    private double share(double part) {
        return windows == 0 ? 0 : Tagger.rounded(part / windows);
    }

    // ---- the store

    byte[] toBytes() {
        StateWriter out =
                new StateWriter().putByte(VERSION).putText(role.name()).putLong(hopMillis);
        out.putLong(windows)
                .putLong(abstained)
                .putDouble(speech)
                .putLong(endMillis)
                .putLong(publishedMillis);
        valence.write(out);
        arousal.write(out);
        for (long millis : quadrantMillis) {
            out.putLong(millis);
        }
        out.putInt(peaks.size());
        peaks.forEach(peak -> write(peak, out));
        out.putFlag(model != null);
        if (model != null && bank != null) {
            out.putText(model.getName()).putText(model.getVersion());
            out.putText(bank.getId()).putText(bank.getVersion());
        }
        return out.toBytes();
    }

    /// @throws IllegalStateException if the bytes were written by another version
    static ChannelTally fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.expectVersion(VERSION, "tally");
        Role role = Role.valueOf(in.text());
        long hopMillis = in.getLong();
        long[] counts = {in.getLong(), in.getLong()};
        double speech = in.getDouble();
        long[] times = {in.getLong(), in.getLong()};
        AffectTally valence = AffectTally.read(in);
        AffectTally arousal = AffectTally.read(in);
        long[] quadrants = {in.getLong(), in.getLong(), in.getLong(), in.getLong()};
        List<Peak> peaks = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            peaks.add(readPeak(in));
        }
        ChannelTally tally = new ChannelTally(role, hopMillis, valence, arousal, quadrants, peaks);
        tally.windows = counts[0];
        tally.abstained = counts[1];
        tally.speech = speech;
        tally.endMillis = times[0];
        tally.publishedMillis = times[1];
        if (in.flag()) {
            tally.model = new ModelVersion(in.text(), in.text());
            tally.bank = new PromptBankVersion(in.text(), in.text());
        }
        return tally;
    }

    private static void write(Peak peak, StateWriter out) {
        out.putLong(peak.getWindowIndex()).putLong(peak.getStartMs()).putLong(peak.getEndMs());
        out.putDouble(peak.getValence()).putDouble(peak.getArousal());
        RankedPrompt prompt = peak.getPrompt();
        out.putFlag(prompt != null);
        if (prompt != null) {
            StoredPrompts.write(prompt, out);
        }
    }

    private static Peak readPeak(StateReader in) {
        return new Peak(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getDouble(),
                in.getDouble(),
                in.flag() ? StoredPrompts.read(in) : null);
    }
}
