package io.undertone.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;

/// A small authorization server on 127.0.0.1: gives a signed token (JWT, RS256) to one client that shows its id and
/// secret (client credentials), and writes its public key as a JWKS file for the broker.
final class TestTokenServer implements AutoCloseable {

    static final String CLIENT_ID = "undertone";
    static final String CLIENT_SECRET = "client-secret-4711";
    static final String AUDIENCE = "kafka";
    static final String ISSUER = "https://login.undertone.test";

    private static final int LIFETIME_SECONDS = 600;

    private final KeyPair keys;
    private final Path jwks;
    private final HttpServer server;

    private TestTokenServer(KeyPair keys, Path jwks, HttpServer server) {
        this.keys = keys;
        this.jwks = jwks;
        this.server = server;
    }

    /// @param folder for the JWKS file
    static TestTokenServer start(Path folder) throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair keys = generator.generateKeyPair();
        Path jwks = Files.writeString(folder.resolve("jwks.json"), jwks((RSAPublicKey) keys.getPublic()));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        TestTokenServer tokens = new TestTokenServer(keys, jwks, server);
        server.createContext("/token", tokens::answer);
        server.start();
        return tokens;
    }

    String tokenUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
    }

    String jwksUrl() {
        return jwks.toUri().toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String wanted =
                    "Basic " + Base64.getEncoder().encodeToString((CLIENT_ID + ":" + CLIENT_SECRET).getBytes(UTF_8));
            boolean known = wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            String body = known
                    ? "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
                            .formatted(token(), LIFETIME_SECONDS)
                    : "{\"error\":\"invalid_client\"}";
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(known ? 200 : 401, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String token() {
        long now = InstantSource.system().instant().getEpochSecond();
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"1\"}".getBytes(UTF_8)) + "."
                + base64("{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"scope\":\"kafka\",\"iat\":%d,\"exp\":%d}"
                        .formatted(ISSUER, CLIENT_ID, AUDIENCE, now, now + LIFETIME_SECONDS)
                        .getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK signs with RSA", e);
        }
    }

    private static String jwks(RSAPublicKey key) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"1\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                .formatted(
                        unsigned(key.getModulus().toByteArray()),
                        unsigned(key.getPublicExponent().toByteArray()));
    }

    private static String unsigned(byte[] number) {
        return base64(number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
