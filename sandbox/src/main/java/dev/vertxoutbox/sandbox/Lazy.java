package dev.vertxoutbox.sandbox;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A resource that is made when it is first asked for, and ended if it was. One that could not be made is not tried
 * again: a second wait for the same failure helps nobody.
 */
final class Lazy<T> implements AutoCloseable {

    private final Supplier<T> make;
    private final Consumer<T> end;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    Lazy(Supplier<T> make, Consumer<T> end) {
        this.make = make;
        this.end = end;
    }

    synchronized T get() {
        if (failure != null) {
            throw failure;
        }
        T made = value;
        if (made == null) {
            try {
                made = make.get();
            } catch (RuntimeException e) {
                failure = e;
                throw e;
            }
            value = made;
        }
        return made;
    }

    @Override
    public synchronized void close() {
        T made = value;
        value = null;
        if (made != null) {
            end.accept(made);
        }
    }
}
