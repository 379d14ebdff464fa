package dev.vertxoutbox.benchmark.load;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Opens connections, books flights on some or all of them, and reports. */
public final class LoadGenerator {

    private static final int CONNECTING_AT_A_TIME = 200;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    /** Vert.x closes a client, and its sockets with it, when nobody refers to it any more. */
    private final NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));

    private final Path report;
    private final Path ids;

    private LoadGenerator(Path report, Path ids) {
        this.report = report;
        this.ids = ids;
    }

    /**
     * Makes a run for each line of its input, and prints {@code ran} and the number of the run when it is through. A line has
     * the port; connections; on how many of them flights are booked; and phases {@code perSecond:seconds} separated by
     * commas, of which the first is a warm-up and not counted. Ends with its input.
     *
     * @param args the file that gets the report of a run as JSON; the one that gets the id of each booking answered 201
     */
    public static void main(String[] args) {
        LoadGenerator generator = new LoadGenerator(Path.of(args[0]), Path.of(args[1]));
        try {
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            int runs = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                generator.run(line.split(" ", -1));
                runs++;
                System.out.println("ran " + runs);
            }
            System.exit(0);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void run(String[] settings) throws IOException {
        AtomicInteger lost = new AtomicInteger();
        List<NetSocket> sockets = connect(Integer.parseInt(settings[0]), Integer.parseInt(settings[1]), lost);
        List<NetSocket> active = sockets.subList(0, Integer.parseInt(settings[2]));
        List<Phase> phases = Phase.list(settings[3]);
        Tally tally = Future.<Tally>future(result ->
                        vertx.runOnContext(go -> Load.run(vertx, active, phases).onComplete(result)))
                .await();
        int idleConnectionsLost = lost.get();
        Future.join(sockets.stream().map(NetSocket::close).toList()).await();
        Files.writeString(
                report,
                tally.toJson().put("idleConnectionsLost", idleConnectionsLost).encode());
        Files.write(ids, tally.booked().stream().map(UUID::toString).toList());
    }

    private List<NetSocket> connect(int port, int connections, AtomicInteger lost) {
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
