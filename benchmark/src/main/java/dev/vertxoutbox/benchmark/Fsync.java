package dev.vertxoutbox.benchmark;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * How often a second the disk makes one page durable: the limit of transactions that do not share a commit. As
 * PostgreSQL's log is written: over what is there, then {@code fdatasync}.
 */
final class Fsync {
    private static final int PAGE_BYTES = 8192;
    private static final int PAGES = 2048;
    private static final Duration WARM_UP = Duration.ofMillis(200);
    private static final Duration MEASURED = Duration.ofSeconds(1);

    private Fsync() {}

    /** Takes a little more than a second; on the file system of the directory, of which nothing remains. */
    static JsonObject measure(Path directory) {
        try {
            Path file = Files.createTempFile(directory, "fsync", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(PAGE_BYTES * PAGES));
                channel.force(true);
                perSecond(channel, WARM_UP);
                return new JsonObject().put("fsyncsPerSecond", Math.round(perSecond(channel, MEASURED)));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double perSecond(FileChannel channel, Duration duration) throws IOException {
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        long start = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - start < duration.toNanos()) {
            channel.write(page.clear(), count % PAGES * PAGE_BYTES);
            channel.force(false);
            count++;
        }
        return count * 1e9 / (System.nanoTime() - start);
    }
}
