package dev.vertxoutbox.launcher;

import dev.vertxoutbox.flight.FlightVerticle;
import dev.vertxoutbox.launcher.console.Subject;
import dev.vertxoutbox.outbox.OutboxAdmin;
import dev.vertxoutbox.payment.PaymentVerticle;
import dev.vertxoutbox.relay.RelayVerticle;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the console is told of this process. */
final class ConsoleSubject {

    private ConsoleSubject() {}

    static Subject of(Settings settings, OutboxAdmin outbox, RoleVerticles verticles, QueueDepths queues) {
        Set<String> roles = new LinkedHashSet<>();
        new TreeSet<>(settings.roles()).forEach(role -> roles.add(role.word()));
        TokenGuard guard = new TokenGuard(settings.management().token());
        return new Subject(
                roles,
                guard::access,
                outbox,
                queues::look,
                flight(settings.flight(), verticles),
                relay(settings.relay(), verticles),
                payment(verticles));
    }

    private static Subject.@Nullable Flight flight(@Nullable FlightSettings settings, RoleVerticles verticles) {
        FlightVerticle verticle = verticles.find(FlightVerticle.class).orElse(null);
        return settings == null || verticle == null
                ? null
                : new Subject.Flight(settings.authorization() == null, verticle::actualPort, verticle::paymentsStatus);
    }

    private static Subject.@Nullable Relay relay(@Nullable RelaySettings settings, RoleVerticles verticles) {
        RelayVerticle verticle = verticles.find(RelayVerticle.class).orElse(null);
        return settings == null || verticle == null ? null : new Subject.Relay(settings.routes(), verticle::status);
    }

    private static Subject.@Nullable Payment payment(RoleVerticles verticles) {
        return verticles
                .find(PaymentVerticle.class)
                .map(verticle -> new Subject.Payment(verticle::status))
                .orElse(null);
    }
}
