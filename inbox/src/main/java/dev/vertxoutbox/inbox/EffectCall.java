package dev.vertxoutbox.inbox;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One call of a handler within a transaction: for one event, or for all whose effects are batched. */
final class EffectCall {
    private final List<Claimant> claimants = new ArrayList<>();
    private final Effect effect;
    private final List<InboxEvent> batched = new ArrayList<>();
    private final Set<String> eventTypes = new HashSet<>();

    private EffectCall(Effect effect) {
        this.effect = effect;
    }

    /** {@return what to call for these effects, in their order; those that go together at the place of the first of them} */
    static List<EffectCall> of(Map<Claimant, Effect> effects) {
        Map<Object, EffectCall> calls = new LinkedHashMap<>();
        effects.forEach((claimant, effect) -> {
            Object together = effect instanceof BatchedEffect batched ? batched.batch() : claimant;
            calls.computeIfAbsent(together, first -> new EffectCall(effect)).add(claimant, effect);
        });
        return List.copyOf(calls.values());
    }

    private void add(Claimant claimant, Effect added) {
        claimants.add(claimant);
        eventTypes.add(claimant.event().type());
        if (added instanceof BatchedEffect one) {
            batched.add(one.event());
        }
    }

    Set<String> eventTypes() {
        return eventTypes;
    }

    /** Calls the handler. What it throws becomes a failure, and what it answers comes back to the inbox's context. */
    Future<Void> apply(SqlConnection tx) {
        return claimants
                .get(0)
                .attempt()
                .guard(() -> effect instanceof BatchedEffect together
                        ? together.batch().apply(tx, List.copyOf(batched))
                        : effect.apply(tx));
    }
}
