package io.undertone.streams.config;

import java.util.Optional;

/// Where health, readiness and metrics are told.
///
/// @param address that is listened on; all of the machine's by default, as probes come from outside
/// @param port absent: nothing is told
public record HttpConfig(String address, Optional<Integer> port) {

    static final String ADDRESS = "0.0.0.0";

    public HttpConfig {
        port.ifPresent(value -> Range.check("http.port", value, 0, 65_535));
    }

    static HttpConfig read(Section section) {
        return new HttpConfig(section.text("address", ADDRESS), section.optionalInteger("port"));
    }
}
