package io.undertone.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.undertone.audio.InvalidInputException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/// Says over HTTP how the process is: `/health` (restart it?), `/ready` (does it tag?) and `/metrics`.
///
/// Thread safe; one daemon thread of its own answers.
final class HealthServer implements AutoCloseable {

    /// An answer: 200 when well, else 503.
    record Answer(boolean well, String text) {}

    private final HttpServer server;
    private final ExecutorService executor;

    private HealthServer(HttpServer server, ExecutorService executor) {
        this.server = server;
        this.executor = executor;
    }

    /// @param address 0 as port takes any that is free
    /// @throws InvalidInputException if the address cannot be used
    static HealthServer start(
            InetSocketAddress address, Supplier<Answer> health, Supplier<Answer> ready, Supplier<String> metrics) {
        try {
            HttpServer server = HttpServer.create(address, 0);
            ExecutorService executor = Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("undertone-health").factory());
            server.setExecutor(executor);
            server.createContext("/health", exchange -> answer(exchange, "/health", health));
            server.createContext("/ready", exchange -> answer(exchange, "/ready", ready));
            server.createContext(
                    "/metrics", exchange -> answer(exchange, "/metrics", () -> new Answer(true, metrics.get())));
            server.start();
            return new HealthServer(server, executor);
        } catch (IOException e) {
            throw new InvalidInputException(
                    "http.address and http.port cannot be used: " + address + " (" + e.getMessage() + ")", e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String path, Supplier<Answer> answer) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals(path)) {
                send(exchange, 404, "not found\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                send(exchange, 405, "GET alone\n");
            } else {
                Answer given = answer.get();
                send(exchange, given.well() ? 200 : 503, given.text());
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
