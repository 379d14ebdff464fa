package dev.vertxoutbox.sandbox;

import java.util.Objects;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a JUnit test class, with {@code @ExtendWith(SandboxExtension.class)}, a fresh {@link TestDatabase} and fresh
 * {@link TestQueues} as parameters of its constructor, life-cycle and test methods; also the {@link Sandbox} itself, for
 * its faults.
 *
 * <p>All classes of one JVM share one sandbox. Nested classes share what their outer class has. Only what a class asks
 * for is started and made. After the class, servers that it left down are brought up again.
 *
 * <p>The class fails when one of its {@code Vertx} instances reported a blocked thread while it ran.
 */
public final class SandboxExtension implements BeforeAllCallback, AfterAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(SandboxExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        Sandbox sandbox = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Sandbox.class, type -> Sandbox.onDemand(), Sandbox.class);
        Store store = context.getStore(NAMESPACE);
        // A nested class finds its outer class's here.
        if (store.get(ClassScope.class) == null) {
            store.put(ClassScope.class, new ClassScope(sandbox));
        }
        store.put(BlockedLoopGuard.class, BlockedLoopGuard.watch());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        find(context, BlockedLoopGuard.class).check();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == TestDatabase.class || type == TestQueues.class || type == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Sandbox.class) {
            return find(context, Sandbox.class);
        }
        ClassScope scope = find(context, ClassScope.class);
        return type == TestDatabase.class ? scope.database() : scope.queues();
    }

    private static <T> T find(ExtensionContext context, Class<T> type) {
        T found = context.getStore(NAMESPACE).get(type, type);
        return Objects.requireNonNull(found, "SandboxExtension must extend the class, not a method");
    }
}
