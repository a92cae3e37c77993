package io.undertone.streams;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Links tags to the traces of those who send audio: the header of the W3C's Trace Context
/// (<https://www.w3.org/TR/trace-context/>), taken from the chunk that completed a window and put on its tag as it is.
final class Traces {

    static final String HEADER = "traceparent";
    private static final Pattern VALID = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private Traces() {}

    /// @return null if there is none, or it is malformed: a gateway's bytes are not passed on unseen
    static @Nullable String of(Headers headers) {
        Header header = headers.lastHeader(HEADER);
        if (header == null || header.value() == null || header.value().length > 64) {
            return null;
        }
        String value = new String(header.value(), StandardCharsets.US_ASCII);
        return VALID.matcher(value).matches() ? value : null;
    }

    static void put(@Nullable String trace, Headers headers) {
        if (trace != null) {
            headers.add(HEADER, trace.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
