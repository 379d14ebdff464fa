package dev.vertxoutbox.launcher.console;

import dev.vertxoutbox.inbox.InboxStatus;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.relay.RelayStatus;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The process that a console shows. What it does not run is null.
 *
 * @param roles the words of its roles
 * @param access whether the sender of this request may make changing calls: {@code yes}, {@code no}, or {@code token} if it
 *     has to send the token with them
 * @param outbox of its database, whose user may or may not look into it
 * @param queues asks for the depth of its queues, as schema {@code ConsoleQueue} of the contract
 */
public record Subject(
        Set<String> roles,
        Function<HttpServerRequest, String> access,
        OutboxAdmin outbox,
        Supplier<Future<JsonArray>> queues,
        @Nullable Flight flight,
        @Nullable Relay relay,
        @Nullable Payment payment) {

    /**
     * The flight role.
     *
     * @param open whether its API can be called without an access token
     * @param port where its API is; throws an {@link IllegalStateException} before it is started
     * @param payments how it consumes payment events; throws as well
     */
    public record Flight(boolean open, IntSupplier port, Supplier<InboxStatus> payments) {}

    /**
     * The relay role.
     *
     * @param routes queue URL by topic
     */
    public record Relay(Map<String, String> routes, Supplier<RelayStatus> status) {}

    /** The payment role. */
    public record Payment(Supplier<InboxStatus> status) {}
}
