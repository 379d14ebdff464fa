package dev.vertxoutbox.benchmark.stub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * The messages of one filling, by number: which one is dealt next, which are held, and which are gone. Each deal has a
 * number of its own, as SQS has a receipt for each receive.
 */
final class Deck {
    private record Held(int deal, long untilMillis) {}

    private final int[] order;
    private final long visibilityMillis;
    private final Deque<Integer> again = new ArrayDeque<>();
    private final Deque<Held> held = new ArrayDeque<>();
    private final BitSet ended = new BitSet();
    private int[] messages = new int[1 << 16];
    private int next;
    private int deals;
    private int gone;

    private Deck(int[] order, long visibilityMillis) {
        this.order = order;
        this.visibilityMillis = visibilityMillis;
    }

    /**
     * @param copies how often each message is in it at most; with more than one, each is once or more, in random order
     * @param visibilityMillis after which what was dealt and neither deleted nor given back is dealt again; 0 is never
     */
    static Deck of(int events, int copies, long visibilityMillis) {
        List<Integer> cards = new ArrayList<>(2 * events);
        Random random = new Random(20_261_124);
        for (int n = 0; n < events; n++) {
            cards.addAll(Collections.nCopies(1 + random.nextInt(copies), n));
        }
        if (copies > 1) {
            Collections.shuffle(cards, random);
        }
        return new Deck(cards.stream().mapToInt(Integer::intValue).toArray(), visibilityMillis);
    }

    boolean hasNext() {
        return next < order.length || !again.isEmpty();
    }

    /** Deals the next message and answers with the number of the deal. */
    int deal(long nowMillis) {
        Integer repeated = again.poll();
        if (deals == messages.length) {
            messages = Arrays.copyOf(messages, 2 * deals);
        }
        messages[deals] = repeated == null ? order[next++] : repeated;
        if (visibilityMillis > 0) {
            held.add(new Held(deals, nowMillis + visibilityMillis));
        }
        return deals++;
    }

    int message(int deal) {
        return messages[deal];
    }

    /** Whether it was there to be deleted. */
    boolean delete(int deal) {
        if (ended.get(deal)) {
            return false;
        }
        ended.set(deal);
        gone++;
        return true;
    }

    /** Puts it back to be dealt again. */
    void giveBack(int deal) {
        if (!ended.get(deal)) {
            ended.set(deal);
            again.add(messages[deal]);
        }
    }

    /** Puts back what was held for too long; for simplicity nobody extends the time. */
    void expire(long nowMillis) {
        while (!held.isEmpty()
                && (ended.get(held.element().deal()) || held.element().untilMillis() <= nowMillis)) {
            giveBack(held.remove().deal());
        }
    }

    int deals() {
        return deals;
    }

    /** Messages that are waiting or held. */
    int remaining() {
        return order.length - gone;
    }

    int gone() {
        return gone;
    }
}
