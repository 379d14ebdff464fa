package dev.vertxoutbox.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds. Read from Linux's {@code /proc} and from the process itself.
 *
 * @param connections to the database
 * @param heapBytes of live objects, after a full collection
 */
record Resources(long pid, long threads, long files, long connections, long heapBytes) {
    /** Room for pools that fill and threads that start on the first error; what leaks with each fault grows past it. */
    private static final Resources ROOM = new Resources(0, 30, 60, 16, 12_000_000);

    private static final Path PROC = Path.of("/proc");

    /** Whether this system tells. */
    static boolean areKnown() {
        return Files.isDirectory(PROC.resolve("self/fd"));
    }

    static Resources of(Instance instance) {
        long pid = instance.process().pid();
        Path process = PROC.resolve(Long.toString(pid));
        try (Stream<Path> files = Files.list(process.resolve("fd"))) {
            long threads = Files.readAllLines(process.resolve("status")).stream()
                    .filter(line -> line.startsWith("Threads:"))
                    .mapToLong(line -> Long.parseLong(line.substring(8).strip()))
                    .sum();
            return new Resources(
                    pid, threads, files.count(), instance.database().connections(), liveHeap(pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What has grown more than can be explained. */
    List<String> growthSince(Resources before) {
        List<String> grown = new ArrayList<>();
        compare("threads", before.threads, threads, ROOM.threads, grown);
        compare("open files", before.files, files, ROOM.files, grown);
        compare("database connections", before.connections, connections, ROOM.connections, grown);
        compare("bytes of live heap", before.heapBytes, heapBytes, ROOM.heapBytes, grown);
        return grown;
    }

    private static void compare(String what, long before, long now, long room, List<String> grown) {
        if (now > before + room) {
            grown.add(what + " grew from " + before + " to " + now);
        }
    }

    /** The histogram counts live objects only, after it has collected the others; its last line is the total. */
    private static long liveHeap(long pid) throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
        String total = output.lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new IOException("jcmd says: " + output));
        return Long.parseLong(total.strip().replaceFirst(".*\\s", ""));
    }

    @Override
    public String toString() {
        return "%d threads, %d files, %d connections, %d KiB heap"
                .formatted(threads, files, connections, heapBytes / 1024);
    }
}
