package dev.vertxoutbox.benchmark.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens connections, books flights on some or all of them, and reports. */
public final class LoadGenerator {

    private static final int CONNECTING_AT_A_TIME = 200;

    private LoadGenerator() {}

    /**
     * Prints {@code result} and a line of JSON when it is through.
     *
     * @param args port; connections; on how many of them flights are booked; phases {@code perSecond:seconds}
     *     separated by commas, of which the first is a warm-up and not counted; the file that gets the id of each booking answered 201
     */
    public static void main(String[] args) throws IOException {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        AtomicInteger lost = new AtomicInteger();
        List<NetSocket> sockets = connect(vertx, Integer.parseInt(args[0]), Integer.parseInt(args[1]), lost);
        List<NetSocket> active = sockets.subList(0, Integer.parseInt(args[2]));
        List<Phase> phases = Phase.list(args[3]);
        Tally tally = Future.<Tally>future(result ->
                        vertx.runOnContext(go -> Load.run(vertx, active, phases).onComplete(result)))
                .await();
        Files.write(
                Path.of(args[4]), tally.booked().stream().map(UUID::toString).toList());
        System.out.println("result "
                + tally.toJson().put("idleConnectionsLost", lost.get()).encode());
        System.exit(0);
    }

    private static List<NetSocket> connect(Vertx vertx, int port, int connections, AtomicInteger lost) {
        NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        List<NetSocket> sockets = new ArrayList<>();
        while (sockets.size() < connections) {
            List<Future<NetSocket>> connecting = new ArrayList<>();
            for (int i = 0; i < Math.min(CONNECTING_AT_A_TIME, connections - sockets.size()); i++) {
                connecting.add(client.connect(port, "127.0.0.1"));
            }
            Future.all(connecting).await();
            connecting.forEach(socket -> {
                // Replaced by that of a customer.
                socket.result().closeHandler(closed -> lost.incrementAndGet());
                sockets.add(socket.result());
            });
        }
        return sockets;
    }
}
