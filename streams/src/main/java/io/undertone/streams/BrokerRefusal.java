package io.undertone.streams;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.jspecify.annotations.Nullable;

/// Why a broker will not have us, in one line for people. Trying again does not help against a wrong password, an
/// unknown certificate or a missing right, as it does against a broker that is not up yet. Never holds a secret.
public final class BrokerRefusal {

    private static final int PROBE_MILLIS = 500;

    private BrokerRefusal() {}

    /// @param failure what a Kafka client threw, perhaps wrapped
    /// @param servers whom it asked
    /// @return empty if this is no refusal
    public static Optional<String> of(Throwable failure, String servers) {
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SslAuthenticationException ssl) {
                return Optional.of("no TLS connection to the Kafka broker at " + servers + ": " + tls(ssl));
            }
            if (t instanceof AuthenticationException) {
                return Optional.of("the Kafka broker at " + servers + " refused the login: " + t.getMessage()
                        + " (see sasl.* in kafka.properties)");
            }
            if (t instanceof AuthorizationException denied) {
                return Optional.of("the Kafka broker at " + servers + " denied " + what(denied)
                        + "; 'undertone acls' prints what each user needs");
            }
        }
        return Optional.empty();
    }

    /// Why a client cannot even be made of its settings.
    ///
    /// @return empty if it may be made later: the name of a host is not known yet
    public static Optional<String> ofSettings(KafkaException failure) {
        String reason = root(failure);
        if (reason.startsWith("No resolvable bootstrap urls")) {
            return Optional.empty();
        }
        if (reason.contains("JAAS config")) {
            // Its own words may quote a part of a password that was not put in quotes.
            reason = "sasl.jaas.config must be 'CLASS required key=\"value\" ...;'";
        } else {
            String about = innermost(failure);
            reason = about.contains(reason) ? about : about + " (" + reason + ")";
        }
        return Optional.of("the settings in kafka.properties cannot be used: " + reason);
    }

    /// What Kafka itself says last, without the names of its classes: which file, for example.
    private static String innermost(KafkaException failure) {
        String message = String.valueOf(failure.getMessage());
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            message = t instanceof KafkaException ? String.valueOf(t.getMessage()) : message;
        }
        return message.replaceAll("^([a-z]+\\.)+[A-Za-z]+: ", "");
    }

    /// What to look at when nobody answers though somebody listens; empty when nobody listens.
    ///
    /// @param security `security.protocol` as it was set, or null
    public static String hint(String servers, @Nullable Object security) {
        for (String server : servers.split(",", -1)) {
            int colon = server.lastIndexOf(':');
            try (Socket socket = new Socket()) {
                String host = server.substring(0, Math.max(colon, 0)).strip();
                int port = Integer.parseInt(server.substring(colon + 1).strip());
                socket.connect(new InetSocketAddress(host, port), PROBE_MILLIS);
                return "; something listens there: does it speak " + (security == null ? "PLAINTEXT" : security)
                        + " (security.protocol in kafka.properties)?";
            } catch (IOException | IllegalArgumentException _) {
                // nobody there: the next one
            }
        }
        return "";
    }

    private static String tls(SslAuthenticationException failure) {
        String reason = root(failure);
        if (reason.contains("certification path") || reason.contains("trustAnchors")) {
            return "its certificate is not trusted; is the authority that signed it in ssl.truststore.location? ("
                    + reason + ")";
        }
        if (reason.startsWith("No subject alternative") || reason.startsWith("No name matching")) {
            return "its certificate is for another host (" + reason + ")";
        }
        if (reason.contains("certificate")) { // an alert of the broker: certificate_required, bad_certificate, ...
            return "it wants a client certificate that it trusts, from ssl.keystore.location (" + reason + ")";
        }
        return reason + " (see security.protocol and ssl.* in kafka.properties)";
    }

    private static String root(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
            message = t.getMessage() == null ? message : t.getMessage();
        }
        return message;
    }

    private static String what(AuthorizationException denied) {
        return switch (denied) {
            case TopicAuthorizationException topics
            when !topics.unauthorizedTopics().isEmpty() ->
                "access to topic " + String.join(", ", topics.unauthorizedTopics());
            case TopicAuthorizationException _ -> "access to a topic, or to create one (" + denied.getMessage() + ")";
            case GroupAuthorizationException group -> "access to the group " + group.groupId();
            case TransactionalIdAuthorizationException _ ->
                "the transactional ids of kafka.application-id (" + denied.getMessage() + ")";
            default -> "access: " + denied.getMessage();
        };
    }
}
