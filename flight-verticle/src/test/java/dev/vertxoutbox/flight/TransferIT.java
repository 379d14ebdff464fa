package dev.vertxoutbox.flight;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vertxoutbox.sandbox.SandboxExtension;
import dev.vertxoutbox.sandbox.TestDatabase;
import dev.vertxoutbox.sandbox.TestQueues;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers travel: protocols, compression, and what a page costs. */
@ExtendWith({VertxExtension.class, SandboxExtension.class})
class TransferIT {
    private static final int BOOKINGS = 100_000;

    /** Ids are ascending, as those of the service are. */
    private static final String MANY = """
            INSERT INTO flight.booking (id, departure_airport, arrival_airport, departure_time, arrival_time)
            SELECT lpad(to_hex(n), 32, '0')::uuid, 'Paris', 'London', '2027-03-01Z', '2027-03-02Z'
            FROM generate_series(1, %d) n
            """.formatted(BOOKINGS);

    private static FlightService service;

    @BeforeAll
    static void start(Vertx vertx, TestDatabase db, TestQueues queues) throws TimeoutException {
        service = FlightService.start(vertx, db, queues);
        service.superuser().query(MANY).execute().await(30, SECONDS);
        service.superuser().query("VACUUM ANALYZE flight.booking").execute().await(30, SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void http2WithoutTlsIsServed(boolean upgrade, Vertx vertx) throws TimeoutException {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(upgrade)
                .setDefaultPort(service.port()));
        HttpClientResponse answer = client.request(HttpMethod.POST, "/api/flights")
                .compose(request -> request.putHeader("Content-Type", "application/json")
                        .send(FlightService.flight().toBuffer()))
                .await(10, SECONDS);
        assertThat(answer.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(answer.statusCode()).isEqualTo(201);
        client.close().await(10, SECONDS);
    }

    @Test
    void pageIsCompressedForThoseWhoWant() throws TimeoutException, IOException {
        String plain = service.get("/api/flights?limit=100").bodyAsString();
        HttpResponse<Buffer> compressed = compressed("/api/flights?limit=100");
        assertThat(compressed.getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(new JsonArray(unzip(compressed.body()))).isEqualTo(new JsonArray(plain));
        assertThat(compressed.body().length()).isLessThan(plain.length() / 3);
    }

    @Test
    void bookingIsTooSmallToBeCompressed() throws TimeoutException {
        UUID id = service.book();
        HttpResponse<Buffer> answer = compressed("/api/flights/" + id);
        assertThat(answer.getHeader("Content-Encoding")).isNull();
        assertThat(answer.bodyAsJsonObject().getString("id")).isEqualTo(id.toString());
    }

    @ParameterizedTest
    @CsvSource({"/swagger-ui/swagger-ui-bundle.js, SwaggerUIBundle", "/openapi.yaml, openapi: 3.1.0"})
    void documentationIsCompressed(String uri, String content) throws TimeoutException, IOException {
        HttpResponse<Buffer> answer = compressed(uri);
        assertThat(answer.getHeader("Content-Encoding")).isEqualTo("gzip");
        assertThat(answer.getHeader("Vary")).isEqualToIgnoringCase("Accept-Encoding");
        assertThat(unzip(answer.body())).contains(content);
        HttpResponse<Buffer> plain = service.get(uri);
        assertThat(plain.bodyAsString()).contains(content);
        assertThat(plain.body().length()).isGreaterThan(2 * answer.body().length());
    }

    private static HttpResponse<Buffer> compressed(String uri) throws TimeoutException {
        return service.request(HttpMethod.GET, uri)
                .putHeader("Accept-Encoding", "gzip")
                .send()
                .await(10, SECONDS);
    }

    private static String unzip(Buffer body) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body.getBytes()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void pageCostsTheSameHoweverDeepItIs() throws TimeoutException {
        assertThat(blocksOfPageBefore(BOOKINGS)).isLessThan(20);
        assertThat(blocksOfPageBefore(BOOKINGS / 2)).isLessThan(20);
        assertThat(blocksOfPageBefore(200)).isLessThan(20);
    }

    /** Blocks of table and index that PostgreSQL reads for a page of a hundred. */
    private static int blocksOfPageBefore(int booking) throws TimeoutException {
        String sql = BookingStore.PAGE
                .replace("#{before}", "'" + new UUID(0, booking) + "'")
                .replace("#{limit}", "101");
        Object plan = service.superuser()
                .query("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql)
                .execute()
                .await(10, SECONDS)
                .iterator()
                .next()
                .getValue(0);
        JsonObject root = ((JsonArray) plan).getJsonObject(0).getJsonObject("Plan");
        assertThat(root.getInteger("Actual Rows")).isGreaterThan(100);
        return root.getInteger("Shared Hit Blocks") + root.getInteger("Shared Read Blocks");
    }
}
