package dev.vertxoutbox.benchmark.stub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The other side of the stub: a queue that makes up its messages when it is asked for them, or passes on those that were
 * sent to it. A poll waits when there are none. It counts requests, and each message deleted once.
 *
 * <p>Times are microseconds since 1970.
 */
final class StubQueue {
    private static final JsonFactory JSON = new JsonFactory();
    private static final long EXPIRY_MILLIS = 100;
    private static final Buffer NO_MESSAGES = Buffer.buffer("{}");

    private record Poll(int most, BooleanSupplier isClosed, Consumer<Buffer> answer) {}

    private final Vertx vertx;
    private final MessageWriter writer = new MessageWriter();
    private final Deque<Poll> waiting = new ArrayDeque<>();
    private final Deque<BatchEntry> sent = new ArrayDeque<>();
    private Deck deck = Deck.of(0, 1, 0);
    private boolean passOn;
    private int round;
    private int subjects = 1;
    private long passedOn;
    private long receives;
    private long deletes;
    private long visibilityChanges;
    private long otherRequests;
    private long firstMicros;
    private long lastMicros;

    StubQueue(Vertx vertx) {
        this.vertx = vertx;
        vertx.setPeriodic(EXPIRY_MILLIS, tick -> {
            deck.expire(System.currentTimeMillis());
            serveWaiting();
        });
    }

    /**
     * Forgets everything and has the messages of a deck, dealt in turns to so many subjects. Who is waiting is told that
     * there are none, and asks again if it lives: one that stands still would keep them.
     */
    void fill(Deck newDeck, int newSubjects) {
        reset(false);
        waiting.removeIf(poll -> poll.isClosed().getAsBoolean());
        waiting.forEach(poll -> poll.answer().accept(NO_MESSAGES));
        waiting.clear();
        deck = newDeck;
        subjects = newSubjects;
        serveWaiting();
    }

    /** Forgets everything and passes on what is sent from now on. */
    void passOn() {
        reset(true);
        deck = Deck.of(0, 1, 0);
    }

    private void reset(boolean newPassOn) {
        passOn = newPassOn;
        sent.clear();
        round++;
        passedOn = 0;
        receives = 0;
        deletes = 0;
        visibilityChanges = 0;
        otherRequests = 0;
        firstMicros = 0;
        lastMicros = 0;
    }

    void send(List<BatchEntry> entries) {
        if (passOn) {
            sent.addAll(entries);
            serveWaiting();
        }
    }

    /**
     * Answers at once, or when there are messages or the time that the request is ready to wait is over.
     *
     * @param isClosed whether nobody waits for the answer any more; messages in it would be lost
     */
    void receive(byte[] request, BooleanSupplier isClosed, Consumer<Buffer> answer) throws IOException {
        int most = 1;
        int waitSeconds = 0;
        try (JsonParser parser = JSON.createParser(request)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    switch (parser.currentName()) {
                        case "MaxNumberOfMessages" -> most = parser.getIntValue();
                        case "WaitTimeSeconds" -> waitSeconds = parser.getIntValue();
                        default -> {}
                    }
                }
            }
        }
        receives++;
        Poll poll = new Poll(most, isClosed, answer);
        waiting.add(poll);
        serveWaiting();
        if (waiting.contains(poll)) {
            vertx.setTimer(Math.max(1, waitSeconds * 1000L), over -> {
                if (waiting.remove(poll)) {
                    answer.accept(NO_MESSAGES);
                }
            });
        }
    }

    private void serveWaiting() {
        waiting.removeIf(poll -> poll.isClosed().getAsBoolean());
        while (!waiting.isEmpty() && (deck.hasNext() || !sent.isEmpty())) {
            if (firstMicros == 0) {
                firstMicros = now();
            }
            Poll poll = waiting.remove();
            List<MessageWriter.Message> messages = new ArrayList<>(poll.most());
            long nowMillis = System.currentTimeMillis();
            while (messages.size() < poll.most() && (deck.hasNext() || !sent.isEmpty())) {
                messages.add(next(nowMillis));
            }
            poll.answer().accept(Buffer.buffer(writer.write(messages)));
        }
    }

    private MessageWriter.Message next(long nowMillis) {
        BatchEntry entry = sent.poll();
        if (entry != null) {
            return writer.passedOn(round, -1, entry);
        }
        int deal = deck.deal(nowMillis);
        return writer.madeUp(round, deal, deck.message(deal), subjects);
    }

    /** The answer is about to be written. */
    Buffer delete(byte[] request) throws IOException {
        deletes++;
        List<Receipt> receipts = Receipt.parse(request);
        for (Receipt receipt : receipts) {
            if (receipt.round() == round) {
                lastMicros = now();
                if (receipt.deal() < 0) {
                    passedOn++;
                } else {
                    deck.delete(receipt.deal());
                }
            }
        }
        return Receipt.successful(receipts);
    }

    /** Whatever the time, what is given back may be dealt at once; an extension changes nothing here. */
    Buffer changeVisibility(byte[] request) throws IOException {
        visibilityChanges++;
        List<Receipt> receipts = Receipt.parse(request);
        receipts.stream()
                .filter(receipt -> receipt.round() == round && receipt.deal() >= 0 && receipt.isGivenBack())
                .forEach(receipt -> deck.giveBack(receipt.deal()));
        return Receipt.successful(receipts);
    }

    void countOther() {
        otherRequests++;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("events", deck.gone() + passedOn)
                .put("remaining", deck.remaining())
                .put("deals", deck.deals())
                .put("requests", receives + deletes + visibilityChanges)
                .put("receives", receives)
                .put("deletes", deletes)
                .put("visibilityChanges", visibilityChanges)
                .put("otherRequests", otherRequests)
                .put("duplicates", 0)
                .put("gaps", 0)
                .put("firstMicros", firstMicros)
                .put("lastMicros", lastMicros);
    }

    private static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
