package dev.vertxoutbox.faults;

import dev.vertxoutbox.sandbox.Queues;
import dev.vertxoutbox.sandbox.Sandbox;
import dev.vertxoutbox.sandbox.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** PostgreSQL, queues, and two processes of each role, with a proxy wherever two of them meet. */
final class Cluster implements AutoCloseable {
    static final List<String> ROLES = List.of("flight", "relay", "payment", "ledger");

    private static final int PROCESSES_OF_EACH = 2;

    private final Sandbox sandbox;
    private final List<String> queueUrls;
    private final Sql sql;
    private final List<Instance> instances = new ArrayList<>();
    private final SqsJournal journal = new SqsJournal();

    private Cluster(Sandbox sandbox, List<String> queueUrls, Sql sql) {
        this.sandbox = sandbox;
        this.queueUrls = queueUrls;
        this.sql = sql;
    }

    /**
     * Starts all of it and returns when it serves.
     *
     * @param name of the directory of its logs
     */
    static Cluster start(String name, SqsFault healthy) {
        Sandbox sandbox = Sandbox.start();
        Queues queues = sandbox.queues();
        List<String> urls = Stream.of("flight-events", "payment-events", "ledger")
                .map(queues::createFifo)
                .toList();
        Map<String, String> environment = new HashMap<>();
        environment.putAll(sandbox.postgres().environment(sandbox.postgres().createEmptyDatabase()));
        environment.putAll(queues.environment());
        environment.put("FLIGHT_QUEUE_URL", urls.get(0));
        environment.put("PAYMENT_QUEUE_URL", urls.get(1));
        environment.put("LEDGER_QUEUE_URL", urls.get(2));
        environment.put(
                "RELAY_ROUTES",
                "flight=%s,payment=%s,ledger=%s,burst=%s"
                        .formatted(urls.get(0), urls.get(1), urls.get(2), queues.createFifo("burst")));
        environment.put("HTTP_PORT", "0");
        environment.put("MANAGEMENT_PORT", "0");
        environment.put("CONSUMER_WAIT_SECONDS", "2");
        Cluster cluster = new Cluster(sandbox, urls, new Sql(Map.copyOf(environment)));
        cluster.migrate(name, environment);
        for (int number = 1; number <= PROCESSES_OF_EACH; number++) {
            for (String role : ROLES) {
                cluster.add(role, number, name, environment, healthy);
            }
        }
        cluster.instances.forEach(Instance::start);
        cluster.instances.forEach(instance -> instance.process().awaitReady(1));
        return cluster;
    }

    private void migrate(String name, Map<String, String> environment) {
        OutboxProcess.migrate(name + "/migrate", environment);
        for (String role : List.of("flight", "relay", "payment")) {
            sql.execute("CREATE ROLE %1$s_login LOGIN PASSWORD 'secret' IN ROLE %1$s_app".formatted(role));
        }
        sql.execute(LedgerWriter.TABLES);
    }

    private void add(String role, int number, String name, Map<String, String> environment, SqsFault healthy) {
        Map<String, String> own = new HashMap<>(environment);
        TcpProxy clients = null;
        if (role.equals("flight")) {
            int port = freePort();
            own.put("HTTP_PORT", Integer.toString(port));
            clients = TcpProxy.start("127.0.0.1", port);
        }
        TcpProxy database =
                TcpProxy.start(sandbox.postgres().host(), sandbox.postgres().port());
        SqsProxy queues = new SqsProxy(role + "-" + number, sandbox.queues().endpoint(), journal);
        queues.fault = healthy;
        instances.add(new Instance(role, number, name, own, database, queues, clients));
    }

    /** A port that stays the same for all processes that follow each other in one place. */
    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Sandbox sandbox() {
        return sandbox;
    }

    /** Past all proxies, as the superuser. */
    Sql sql() {
        return sql;
    }

    SqsJournal journal() {
        return journal;
    }

    List<Instance> instances() {
        return instances;
    }

    Instance instance(String name) {
        return instances.stream()
                .filter(instance -> instance.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    /** Of the flight events, the payment events and the ledger's. */
    List<String> queueUrls() {
        return queueUrls;
    }

    /** What each kind of fault can hit. The first process of each role is never replaced, so that it can be seen to last. */
    Map<Kind.Where, List<String>> targets() {
        List<String> all = instances.stream().map(Instance::name).toList();
        List<String> wires = Stream.concat(
                        all.stream().map(name -> name + ":database"),
                        instances.stream()
                                .filter(instance -> instance.clients() != null)
                                .map(instance -> instance.name() + ":clients"))
                .toList();
        return Map.of(
                Kind.Where.REPLACEABLE,
                        all.stream().filter(name -> !name.endsWith("-1")).toList(),
                Kind.Where.PROCESS, all,
                Kind.Where.ROLE, ROLES,
                Kind.Where.RELAY,
                        all.stream().filter(name -> name.startsWith("relay")).toList(),
                Kind.Where.WIRE, wires,
                Kind.Where.DATABASE, List.of("postgres"),
                Kind.Where.QUEUE, List.of("sqs"),
                Kind.Where.WRITERS, List.of("ledger"));
    }

    /** Messages in the queues, and in their dead-letter queues. */
    Map<String, Integer> depths() {
        Map<String, Integer> depths = new HashMap<>();
        for (String url : queueUrls) {
            depths.put(url, sandbox.queues().depth(url));
            String deadLetters = sandbox.queues().deadLetterUrl(url);
            depths.put(deadLetters, sandbox.queues().depth(deadLetters));
        }
        return depths;
    }

    /** Closes all of it, also when a process is complained of, which is thrown then. */
    @Override
    public void close() {
        AssertionError complaint = null;
        for (Instance instance : instances) {
            try {
                instance.close();
            } catch (AssertionError e) {
                complaint = e;
            }
        }
        sandbox.close();
        if (complaint != null) {
            throw complaint;
        }
    }
}
