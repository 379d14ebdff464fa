package dev.vertxoutbox.inbox;

import io.vertx.sqlclient.SqlConnection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Set;

/**
 * A connection for the time of one effect. Given up for its slowness, an effect may still go on: on the connection itself
 * its next statement would run after the rollback, outside any transaction or in another one's.
 */
final class LentConnection implements InvocationHandler {
    private final SqlConnection connection;
    private volatile boolean takenBack;

    LentConnection(SqlConnection connection) {
        this.connection = connection;
    }

    /** What the effect gets: all that the connection is, also to those who look behind its interface. */
    SqlConnection get() {
        Class<?>[] interfaces = interfaces(connection.getClass()).toArray(Class<?>[]::new);
        return (SqlConnection) Proxy.newProxyInstance(SqlConnection.class.getClassLoader(), interfaces, this);
    }

    /** From now on its methods fail with {@link IllegalStateException}. */
    void takeBack() {
        takenBack = true;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (takenBack) {
            throw new IllegalStateException("The effect is over, and its transaction with it");
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    private static Set<Class<?>> interfaces(Class<?> type) {
        Set<Class<?>> found = new HashSet<>();
        for (Class<?> each = type; each != null; each = each.getSuperclass()) {
            found.addAll(Set.of(each.getInterfaces()));
        }
        return found;
    }
}
