package dev.vertxoutbox.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One numbered SQL file of a module, as found on the class path.
 *
 * @param version number behind the {@code V} of its name
 * @param name path below the class path's root, for messages
 * @param sql its text
 */
record Migration(int version, String name, String sql) {

    /** Schemas in the order in which their owners need each other. */
    private static final List<String> SCHEMAS = List.of("outbox", "inbox", "flight", "payment");

    private static final Pattern NAME = Pattern.compile(".*/V(\\d+)__\\w+\\.sql");

    /** All migrations on the class path in the order to apply them; none for a schema that is not there. */
    static List<Migration> all() {
        return SCHEMAS.stream().flatMap(schema -> in("db/" + schema).stream()).toList();
    }

    private static Collection<Migration> in(String folder) {
        Map<Integer, Migration> byVersion = new TreeMap<>();
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            for (URL url : Collections.list(loader.getResources(folder))) {
                // The same module may be there twice, as classes and within a fat jar.
                read(url, folder)
                        .forEach(migration -> byVersion.merge(migration.version(), migration, Migration::same));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + folder, e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Cannot read " + folder, e);
        }
        return byVersion.values();
    }

    private static List<Migration> read(URL url, String folder) throws IOException, URISyntaxException {
        URI uri = url.toURI();
        if (!url.getProtocol().equals("jar")) {
            return list(Path.of(uri), folder);
        }
        String jar = uri.getRawSchemeSpecificPart();
        Path file = Path.of(URI.create(jar.substring(0, jar.indexOf('!'))));
        try (FileSystem contents = FileSystems.newFileSystem(file)) {
            return list(contents.getPath(folder), folder);
        }
    }

    private Migration same(Migration other) {
        if (!name.equals(other.name)) {
            throw new IllegalStateException("Two migrations have one version: " + name + " and " + other.name);
        }
        return this;
    }

    private static List<Migration> list(Path directory, String folder) throws IOException {
        List<Migration> migrations = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                migrations.add(parse(folder, file));
            }
        }
        return migrations;
    }

    private static Migration parse(String folder, Path file) throws IOException {
        String name = folder + "/" + file.getFileName();
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalStateException("Not a migration, it is not called V<number>__<what it does>.sql: " + name);
        }
        return new Migration(Integer.parseInt(parts.group(1)), name, Files.readString(file));
    }
}
