package io.undertone.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// An HTTP server that gives prepared answers in order, the last one for ever, and remembers what it was asked.
final class FakeRegistry implements AutoCloseable {

    record Asked(String request, String body, Optional<String> authorization) {}

    private record Prepared(int status, String body) {}

    private static final int NEVER = -1;

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Deque<Prepared> answers = new ArrayDeque<>();
    private final List<Asked> asked = new ArrayList<>();

    FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    FakeRegistry answering(int status, String body) {
        answers.add(new Prepared(status, body));
        return this;
    }

    FakeRegistry neverAnswering() {
        answers.add(new Prepared(NEVER, ""));
        return this;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api";
    }

    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            Prepared prepared;
            synchronized (this) {
                asked.add(new Asked(
                        exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                        new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
                prepared = answers.size() > 1 ? answers.remove() : answers.element();
            }
            if (prepared.status() == NEVER) {
                closed.await();
                return;
            }
            byte[] body = prepared.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(prepared.status(), body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
