package dev.vertxoutbox.launcher;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Deploys the verticles of this process's roles together and stops them in order. */
final class RoleVerticles {
    private static final long CONSUMERS_STOP_SECONDS = 20;

    private final Vertx vertx;
    private final List<RoleVerticle> verticles;
    private final Map<Role, String> deploymentIds = new ConcurrentHashMap<>();

    RoleVerticles(Vertx vertx, List<RoleVerticle> verticles) {
        this.vertx = vertx;
        this.verticles = List.copyOf(verticles);
    }

    void forEach(Consumer<RoleVerticle> action) {
        verticles.forEach(action);
    }

    /** The verticle of this class, if its role is run here. */
    <T> Optional<T> find(Class<T> type) {
        return verticles.stream()
                .map(RoleVerticle::verticle)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    Future<Void> deploy() {
        return Future.all(verticles.stream().map(this::deploy).toList()).mapEmpty();
    }

    private Future<String> deploy(RoleVerticle part) {
        return vertx.deployVerticle(part.verticle()).onSuccess(id -> deploymentIds.put(part.role(), id));
    }

    /** Stops those that take in work, then the relay, which may still send what they wrote. Never fails. */
    Future<Void> undeploy() {
        return Future.join(undeploy(Role.FLIGHT), undeploy(Role.PAYMENT))
                .timeout(CONSUMERS_STOP_SECONDS, TimeUnit.SECONDS)
                .transform(stopped -> undeploy(Role.RELAY));
    }

    private Future<Void> undeploy(Role role) {
        String id = deploymentIds.remove(role);
        return id == null ? Future.succeededFuture() : vertx.undeploy(id).otherwiseEmpty();
    }
}
