package io.undertone.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schema registry that keeps what it was told while it is away. It knows as much of Confluent's API as serdes need.
final class TestRegistry implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int port;
    private final List<String> schemas = new ArrayList<>(); // the id is the position, from 1
    private @Nullable HttpServer server;

    TestRegistry() throws IOException {
        port = TestBroker.freePort();
        start();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void start() throws IOException {
        HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        started.createContext("/subjects", this::subjects);
        started.createContext("/schemas/ids/", this::ids);
        started.start();
        server = started;
    }

    /// From now on nobody listens.
    void stop() {
        HttpServer running = server;
        if (running != null) {
            running.stop(0);
            server = null;
        }
    }

    private synchronized void subjects(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, 200, "[]");
            return;
        }
        JsonNode body = JSON.readTree(exchange.getRequestBody());
        String schema = body.path("schema").asText();
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        answer(exchange, 200, "{\"id\":" + (schemas.indexOf(schema) + 1) + "}");
    }

    private synchronized void ids(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        if (id < 1 || id > schemas.size()) {
            answer(exchange, 404, "{\"error_code\":40403}");
        } else {
            answer(
                    exchange,
                    200,
                    JSON.createObjectNode().put("schema", schemas.get(id - 1)).toString());
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
