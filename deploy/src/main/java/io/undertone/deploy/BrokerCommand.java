package io.undertone.deploy;

import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `undertone broker`: a cluster to try the other commands with.
@Command(
        name = "broker",
        mixinStandardHelpOptions = true,
        description = "Runs a Kafka broker on this machine until it is ended (Ctrl-C); what it held is gone then.",
        footer = "To try 'topics', 'run', 'replay' and 'watch' with, not for production.")
final class BrokerCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "where clients connect, on 127.0.0.1 (default: ${DEFAULT-VALUE})")
    private int port;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        requireFree(port);
        EmbeddedBroker broker = EmbeddedBroker.start(port);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-close"));
        PrintWriter out = spec.commandLine().getOut();
        out.println(broker.bootstrapServers());
        out.flush();
        ended.await(); // for ever: Ctrl-C runs the hook
        return 0;
    }

    private static void requireFree(int port) {
        if (port < 1 || port > 65_535) {
            throw new InvalidInputException("--port must be in [1, 65535]: " + port);
        }
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (IOException e) {
            throw new InvalidInputException("port " + port + " is taken; name another with --port", e);
        }
    }
}
