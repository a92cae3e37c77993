package io.undertone.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/// Asks a schema registry by Confluent's REST API. A request is tried again when nobody answers or the answer is 429 or
/// 5xx, with a pause that doubles from 200 ms. Schemas by id never change and are kept. Thread-safe; callers wait.
final class RegistryClient {

    /// Waits between two attempts. A parameter, so that tests need not wait.
    interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int MAX_QUOTED_CHARS = 500;
    /// Confluent's error codes. A mere 404 also comes from servers that are no registry.
    private static final int SUBJECT_NOT_FOUND = 40401;

    private static final int SCHEMA_NOT_FOUND = 40403;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistryConfig config;
    private final HttpClient http;
    private final Pause pause;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    RegistryClient(RegistryConfig config, HttpClient http, Pause pause) {
        this.config = config;
        this.http = http;
        this.pause = pause;
    }

    static RegistryClient open(RegistryConfig config) {
        // HTTP/1.1, because not every registry answers the offer to upgrade a POST. No redirects: they would carry the
        // credentials to wherever they point.
        HttpClient.Builder http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(config.timeout());
        if (!config.tls().isEmpty()) {
            http.sslContext(RegistryTls.context(config.tls()));
        }
        return new RegistryClient(config, http.build(), Thread::sleep);
    }

    /// The id of the schema, which becomes the subject's newest version unless it is one already.
    ///
    /// @throws RegistryException also when the registry holds it for incompatible with the versions before
    int register(String subject, Schema schema) {
        String path = "/subjects/" + encoded(subject) + "/versions";
        Answer answer = ask("POST", path, body(schema));
        if (answer.status() == 409) {
            throw new RegistryException("the schema of " + schema.getName()
                    + " is not compatible with the versions of subject " + subject + " in " + this
                    + ": give new fields a default and keep the names and types of old ones, or use another topic"
                    + " prefix. It said: " + answer.quoted());
        }
        return id(answer);
    }

    /// The id of the schema, which must be one of the subject's versions.
    int lookUp(String subject, Schema schema) {
        Answer answer = ask("POST", "/subjects/" + encoded(subject), body(schema));
        if (answer.isError(SUBJECT_NOT_FOUND) || answer.isError(SCHEMA_NOT_FOUND)) {
            throw new RegistryException("subject " + subject + " in " + this + " lacks the schema of "
                    + schema.getName() + ": register it, or set " + RegistryConfig.AUTO_REGISTER
                    + " to true. It said: " + answer.quoted());
        }
        return id(answer);
    }

    /// The schema with that id, or empty when the registry has none.
    ///
    /// @throws UnreadableRecordException when it has something else under that id
    Optional<Schema> schema(int id) {
        if (id < 0) {
            return Optional.empty(); // no registry gives such ids, and not all answer to them
        }
        Schema known = schemas.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        Answer answer = ask("GET", "/schemas/ids/" + id, "");
        if (answer.isError(SCHEMA_NOT_FOUND)) {
            return Optional.empty();
        }
        Schema schema = parsed(answer);
        schemas.put(id, schema);
        return Optional.of(schema);
    }

    /// Whether the registry answers at all.
    void check() {
        JsonNode subjects = ask("GET", "/subjects", "").json();
        if (!subjects.isArray()) {
            throw new RegistryException(this + " does not speak Confluent's API: GET /subjects gave no list");
        }
    }

    @Override
    public String toString() {
        return config.toString();
    }

    private int id(Answer answer) {
        JsonNode id = answer.json().path("id");
        if (!id.isInt()) {
            throw answer.unexpected("no schema id");
        }
        return id.intValue();
    }

    private static Schema parsed(Answer answer) {
        JsonNode json = answer.json();
        if (!json.path("schema").isTextual()) {
            throw answer.unexpected("no schema");
        }
        String type = json.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") || !json.path("references").isEmpty()) {
            throw new UnreadableRecordException(answer.what() + ": must be an Avro schema without references: " + type);
        }
        try {
            return new Schema.Parser().parse(json.path("schema").asText());
        } catch (SchemaParseException e) {
            throw new UnreadableRecordException(answer.what() + ": is no Avro schema (" + e.getMessage() + ")", e);
        }
    }

    private Answer ask(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(config.url() + path))
                .timeout(config.timeout())
                .header("Accept", MEDIA_TYPE + ", application/json")
                .header("Content-Type", MEDIA_TYPE)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        config.authorization().ifPresent(value -> request.header("Authorization", value));
        return tried(request.build(), method + " " + path);
    }

    private Answer tried(HttpRequest request, String what) {
        Duration wait = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            String failure;
            try {
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                int status = response.statusCode();
                if (status != 429 && status < 500) {
                    return new Answer(this + ", " + what, status, response.body());
                }
                failure = "HTTP " + status;
            } catch (SSLHandshakeException e) { // trying again does not help
                throw new RegistryException("no TLS connection to " + this + ": " + e.getMessage() + "; see "
                        + RegistryConfig.TLS_PREFIX + "ssl.truststore.location and ssl.keystore.location");
            } catch (IOException e) {
                failure = e.toString();
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (attempt == config.attempts()) {
                throw new RegistryException(this + " did not answer " + what + " in " + attempt
                        + " attempts of at most " + config.timeout().toMillis() + " ms: " + failure);
            }
            wait = pauseAndDouble(wait);
        }
    }

    private Duration pauseAndDouble(Duration wait) {
        try {
            pause.of(wait);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return wait.multipliedBy(2);
    }

    private RegistryException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RegistryException("interrupted while waiting for " + this, e);
    }

    private static String body(Schema schema) {
        return JSON.createObjectNode()
                .put("schema", PortableSchema.json(schema))
                .toString();
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8);
    }

    /// What the registry said.
    ///
    /// @param what the registry and the request, for messages
    private record Answer(String what, int status, String body) {

        /// The body of a successful answer.
        JsonNode json() {
            if (status == 401 || status == 403) {
                throw unexpected("credentials that it accepts are needed: " + RegistryConfig.USER_INFO + " or "
                        + RegistryConfig.TOKEN);
            }
            if (status != 200) {
                throw unexpected("HTTP " + status);
            }
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw unexpected("no JSON");
            }
        }

        boolean isError(int code) {
            if (status != 404) {
                return false;
            }
            try {
                return JSON.readTree(body).path("error_code").asInt() == code;
            } catch (JsonProcessingException e) {
                return false;
            }
        }

        RegistryException unexpected(String problem) {
            return new RegistryException(what + ": " + problem + ". It said: " + quoted());
        }

        String quoted() {
            String line = body.replaceAll("\\s+", " ").strip();
            return line.length() <= MAX_QUOTED_CHARS ? line : line.substring(0, MAX_QUOTED_CHARS) + "…";
        }
    }
}
