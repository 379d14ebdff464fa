package dev.vertxoutbox.launcher;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * How to reach the database, with libpq's variables and defaults.
 *
 * @param sslRootCert file with trusted roots; with a mode below {@code verify-ca} the server's certificate is not checked
 */
record DatabaseSettings(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        SslMode sslMode,
        @Nullable Path sslRootCert) {
    private static final int CONNECT_TIMEOUT_SECONDS = 5;

    static DatabaseSettings from(Environment env) {
        String user = env.text(Variable.PGUSER, System.getProperty("user.name", "postgres"));
        SslMode sslMode = SslMode.of(env.oneOf(
                Variable.PGSSLMODE,
                word(SslMode.PREFER),
                Arrays.stream(SslMode.values()).map(DatabaseSettings::word).toList()));
        return new DatabaseSettings(
                host(env),
                env.integer(Variable.PGPORT, 5432, 1, 65_535),
                env.text(Variable.PGDATABASE, user),
                user,
                env.find(Variable.PGPASSWORD).orElse(null),
                sslMode,
                rootCertificates(env, sslMode).orElse(null));
    }

    /** libpq's word for it. */
    private static String word(SslMode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String host(Environment env) {
        String host = env.text(Variable.PGHOST, "localhost");
        if (host.startsWith("/") || host.contains(",") || host.isBlank()) {
            throw env.wrong(
                    Variable.PGHOST, "one host name or address (socket directories and lists are not supported)");
        }
        return host;
    }

    private static Optional<Path> rootCertificates(Environment env, SslMode sslMode) {
        boolean verified = sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL;
        Optional<Path> file =
                env.find(Variable.PGSSLROOTCERT).filter(value -> verified).map(Path::of);
        if (verified && file.isEmpty()) {
            throw new ConfigurationException(
                    Variable.PGSSLROOTCERT,
                    "is not set: PGSSLMODE=" + word(sslMode) + " needs the file with the trusted root certificates");
        }
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw env.wrong(Variable.PGSSLROOTCERT, "a file that can be read");
        }
        return file;
    }

    /** Options for Vert.x's client; the application name tells a server's administrator which role a session belongs to. */
    PgConnectOptions connectOptions(String applicationName) {
        ClientSSLOptions ssl =
                new ClientSSLOptions().setHostnameVerificationAlgorithm(sslMode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (sslRootCert == null) {
            ssl.setTrustAll(true);
        } else {
            ssl.setTrustOptions(new PemTrustOptions().addCertPath(sslRootCert.toString()));
        }
        PgConnectOptions options = new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setSslMode(sslMode)
                .setSslOptions(ssl)
                .addProperty("application_name", applicationName);
        return password == null ? options : options.setPassword(password);
    }

    /** The same database for JDBC, which only migrations use. */
    PGSimpleDataSource dataSource() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(user);
        source.setPassword(password);
        source.setSslMode(word(sslMode));
        if (sslRootCert != null) {
            source.setSslRootCert(sslRootCert.toString());
        }
        source.setConnectTimeout(CONNECT_TIMEOUT_SECONDS);
        source.setApplicationName("outbox-migrate");
        return source;
    }

    /** Where the database is, for messages: {@code host:port/database}. */
    String address() {
        return host + ":" + port + "/" + database;
    }

    @Override
    public String toString() {
        return "DatabaseSettings[%s, user=%s, sslMode=%s]".formatted(address(), user, word(sslMode));
    }
}
