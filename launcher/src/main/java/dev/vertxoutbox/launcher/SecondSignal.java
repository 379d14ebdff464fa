package dev.vertxoutbox.launcher;

import java.lang.reflect.Proxy;

/**
 * Ends the process at once when it is told a second time to stop. The JVM itself ignores signals during shutdown, and its
 * interface to them is not part of the platform: where that is missing, only SIGKILL ends a shutdown early.
 */
final class SecondSignal {
    private static final int FORCED = 130;

    private SecondSignal() {}

    static void halts() {
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object halt = Proxy.newProxyInstance(
                        SecondSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> {
                            Runtime.getRuntime().halt(FORCED);
                            return null;
                        });
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), halt);
            } catch (ReflectiveOperationException | RuntimeException e) {
                // Not offered here: the first signal and its time limit have to do.
                return;
            }
        }
    }
}
