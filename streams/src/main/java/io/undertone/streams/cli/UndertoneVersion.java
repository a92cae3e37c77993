package io.undertone.streams.cli;

import picocli.CommandLine.IVersionProvider;

/// The version of the jar, as its manifest has it.
final class UndertoneVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = Undertone.class.getPackage().getImplementationVersion();
        return new String[] {"undertone " + (version == null ? "(not packaged)" : version)};
    }
}
