package io.undertone.streams;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/// Kafka's own authorizer, which also writes down what it was asked. Public, because the broker makes it by its name.
public final class RecordingAuthorizer extends StandardAuthorizer {

    /// One question of the broker, and the answer.
    record Asked(String user, AclOperation operation, ResourceType type, String name, boolean allowed) {}

    /// Of all brokers of this process.
    static final Queue<Asked> ASKED = new ConcurrentLinkedQueue<>();

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < actions.size(); i++) {
            Action action = actions.get(i);
            // What is not logged is asked only to tell a client what it could do, or by habit (IDEMPOTENT_WRITE).
            if (action.logIfDenied()) {
                ASKED.add(new Asked(
                        context.principal().getName(),
                        action.operation(),
                        action.resourcePattern().resourceType(),
                        action.resourcePattern().name(),
                        results.get(i) == AuthorizationResult.ALLOWED));
            }
        }
        return results;
    }
}
