package dev.vertxoutbox.inbox;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** A real SQS client with a test in front of it, for faults that the queue itself cannot be made to show. */
final class Intercepted {

    /** Sees each request, and answers itself or has it answered by the queue. */
    @FunctionalInterface
    interface Interceptor {
        CompletableFuture<?> answer(Object request, Supplier<CompletableFuture<?>> queue);
    }

    private Intercepted() {}

    static SqsAsyncClient client(SqsAsyncClient real, Interceptor interceptor) {
        return (SqsAsyncClient) Proxy.newProxyInstance(
                Intercepted.class.getClassLoader(),
                new Class<?>[] {SqsAsyncClient.class},
                (proxy, method, arguments) -> {
                    if (arguments == null || arguments.length != 1) {
                        return method.invoke(real, arguments);
                    }
                    if (arguments[0] instanceof Consumer) {
                        // Builds the request and calls this proxy again.
                        return InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    return interceptor.answer(arguments[0], () -> ask(real, method, arguments));
                });
    }

    private static CompletableFuture<?> ask(SqsAsyncClient real, Method method, Object[] arguments) {
        try {
            return (CompletableFuture<?>) method.invoke(real, arguments);
        } catch (IllegalAccessException | InvocationTargetException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
