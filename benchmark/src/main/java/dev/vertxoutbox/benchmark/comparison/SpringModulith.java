package dev.vertxoutbox.benchmark.comparison;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.modulith.events.EventExternalizationConfiguration;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.modulith.events.RoutingTarget;
import org.springframework.modulith.events.support.DelegatingEventExternalizer;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Spring Modulith's event externalization with its JDBC registry: a publication is stored in the transaction, sent after
 * the commit, and deleted when the queue has acknowledged it. What was left behind is resubmitted.
 */
final class SpringModulith implements Contender {
    private static final String TEMPLATE = "template";
    private static final String BACKLOG = """
            INSERT INTO event_publication (id, listener_id, event_type, serialized_event, publication_date)
            SELECT gen_random_uuid(), listener_id, event_type, replace(serialized_event, '"template"', '"' || gen_random_uuid() || '"'), now()
            FROM event_publication, generate_series(1, %d) WHERE serialized_event LIKE '%%"template"%%'
            """;
    private static final String DELETE_TEMPLATE =
            "DELETE FROM event_publication WHERE serialized_event LIKE '%\"template\"%'";

    private final DataSource database;
    private final ConfigurableApplicationContext application;
    private final TransactionTemplate transactions;

    /** The event that is published; its subject is its id. */
    public record FlightBooked(String id, String data) {}

    /** Nothing but what the starters configure; Flyway is on the class path for others. */
    @EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
    public static class Application {}

    /** @param threads that listen to events after the commit */
    SpringModulith(DataSource database, SendQueue queue, int threads) {
        this.database = database;
        this.application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties(Map.of(
                        "spring.modulith.events.jdbc.schema-initialization.enabled", "true",
                        "spring.modulith.events.completion-mode", "delete",
                        "spring.task.execution.pool.core-size", threads,
                        "spring.main.banner-mode", "off"))
                .initializers(context -> {
                    GenericApplicationContext beans = (GenericApplicationContext) context;
                    beans.registerBean(DataSource.class, () -> database);
                    beans.registerBean(EventExternalizationConfiguration.class, SpringModulith::externalization);
                    beans.registerBean(
                            DelegatingEventExternalizer.class,
                            () -> new DelegatingEventExternalizer(
                                    beans.getBean(EventExternalizationConfiguration.class),
                                    (target, payload) -> send(queue, (FlightBooked) payload)));
                })
                .run();
        this.transactions = application.getBean(TransactionTemplate.class);
    }

    private static EventExternalizationConfiguration externalization() {
        return EventExternalizationConfiguration.externalizing()
                .select(FlightBooked.class::isInstance)
                .routeAll(event -> RoutingTarget.forTarget("benchmark").withoutKey())
                .build();
    }

    private static CompletableFuture<?> send(SendQueue queue, FlightBooked event) {
        return event.id().equals(TEMPLATE)
                ? CompletableFuture.failedFuture(new IllegalStateException("Left behind"))
                : queue.send(new Event(event.id(), event.id(), event.data()));
    }

    @Override
    public void leaveBehind(int events) throws SQLException {
        publish(new FlightBooked(TEMPLATE, Event.DATA));
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(BACKLOG.formatted(events));
            statement.execute(DELETE_TEMPLATE);
        }
        application.getBean(IncompleteEventPublications.class).resubmitIncompletePublications(publication -> true);
    }

    private void publish(FlightBooked event) {
        transactions.executeWithoutResult(status -> application.publishEvent(event));
    }

    /** The subject is not used. */
    @Override
    public String commit(String subject) {
        String id = UUID.randomUUID().toString();
        publish(new FlightBooked(id, Event.DATA));
        return id;
    }
}
