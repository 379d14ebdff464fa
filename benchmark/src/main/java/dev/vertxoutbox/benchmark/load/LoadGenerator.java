package dev.vertxoutbox.benchmark.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Opens connections, books flights on some or all of them, and reports. */
public final class LoadGenerator {

    private static final int CONNECTING_AT_A_TIME = 200;

    private final EventLoopGroup eventLoops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Bootstrap client = new Bootstrap()
            .group(eventLoops)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Customer());
                }
            });

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
        int active = Integer.parseInt(settings[2]);
        List<Channel> channels = connect(Integer.parseInt(settings[0]), Integer.parseInt(settings[1]));
        List<Customer> customers = channels.stream()
                .limit(active)
                .map(channel -> channel.pipeline().get(Customer.class))
                .toList();
        Tally tally =
                Load.run(eventLoops.next(), customers, Phase.list(settings[3])).join();
        long idleConnectionsLost = channels.stream()
                .skip(active)
                .filter(channel -> !channel.isActive())
                .count();
        channels.stream().map(Channel::close).toList().forEach(ChannelFuture::syncUninterruptibly);
        Files.writeString(
                report,
                tally.toJson().put("idleConnectionsLost", idleConnectionsLost).encode());
        Files.write(ids, tally.booked().stream().map(UUID::toString).toList());
    }

    private List<Channel> connect(int port, int connections) {
        List<Channel> channels = new ArrayList<>();
        while (channels.size() < connections) {
            int together = Math.min(CONNECTING_AT_A_TIME, connections - channels.size());
            Stream.generate(() -> client.connect("127.0.0.1", port))
                    .limit(together)
                    .toList()
                    .forEach(connecting ->
                            channels.add(connecting.syncUninterruptibly().channel()));
        }
        return channels;
    }
}
