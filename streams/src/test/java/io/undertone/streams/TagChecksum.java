package io.undertone.streams;

import io.undertone.schemas.EmotionTag;
import io.undertone.tag.Tag;
import java.util.Objects;
import java.util.zip.CRC32C;

/// A running checksum over the tags of one channel: it differs if one of them is lost, doubled, moved or changed.
final class TagChecksum {

    private final CRC32C crc = new CRC32C();
    private long count;

    void add(EmotionTag tag) {
        double[] numbers = tag.getAbstained() != null
                ? new double[] {tag.getWindowIndex(), tag.getCoverage()}
                : new double[] {
                    tag.getWindowIndex(),
                    tag.getCoverage(),
                    Objects.requireNonNull(tag.getValence()).getValue(),
                    Objects.requireNonNull(tag.getArousal()).getValue(),
                    tag.getRanking().getFirst().getSimilarity(),
                    tag.getRanking().getLast().getSimilarity()
                };
        add(numbers);
    }

    void add(Tag tag) {
        add(
                switch (tag) {
                    case Tag.Abstained abstained ->
                        new double[] {
                            abstained.windowIndex(), abstained.quality().coverage()
                        };
                    case Tag.Scored scored ->
                        new double[] {
                            scored.windowIndex(),
                            scored.quality().coverage(),
                            scored.valence().value(),
                            scored.arousal().value(),
                            scored.ranking().prompts().getFirst().similarity(),
                            scored.ranking().prompts().getLast().similarity()
                        };
                });
    }

    private void add(double[] numbers) {
        count++;
        for (double number : numbers) {
            long bits = Double.doubleToLongBits(number);
            for (int shift = 0; shift < 64; shift += 8) {
                crc.update((int) (bits >>> shift));
            }
        }
    }

    long count() {
        return count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TagChecksum that && that.count == count && that.crc.getValue() == crc.getValue();
    }

    @Override
    public int hashCode() {
        return Long.hashCode(crc.getValue());
    }

    @Override
    public String toString() {
        return count + " tags, checksum " + Long.toHexString(crc.getValue());
    }
}
