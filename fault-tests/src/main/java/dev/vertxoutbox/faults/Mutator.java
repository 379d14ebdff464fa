package dev.vertxoutbox.faults;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;

/** Makes bad input out of good: changes values of JSON, or characters of its text. */
record Mutator(Random random) {
    private static final List<Object> VALUES = List.of(
            "",
            " ",
            "\0",
            "\uFFFF",
            "\uD800",
            "x".repeat(300),
            "2027-03-01T08:30:00",
            "9999999999-01-01T00:00:00Z",
            "NaN",
            0,
            -1,
            1e308,
            Long.MAX_VALUE,
            0.001,
            true,
            new JsonArray(),
            new JsonObject(),
            new JsonArray().add(new JsonObject().put("a", 1)));

    private static final List<String> TEXTS = List.of(
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\u0000",
            "\\uD800",
            "null",
            "1e999",
            "-",
            "\0",
            "\uFFFF",
            "é",
            "[".repeat(2_000));

    /** {@return the JSON with up to three changes, which may be JSON no more} */
    String mutate(JsonObject good) {
        JsonObject json = good.copy();
        int changes = 1 + random.nextInt(3);
        for (int n = 0; n < changes; n++) {
            changeValue(json);
        }
        String text = json.encode();
        return random.nextBoolean() ? text : changeText(text);
    }

    private void changeValue(JsonObject json) {
        List<String> names = List.copyOf(json.fieldNames());
        String name = names.isEmpty() ? "a" : names.get(random.nextInt(names.size()));
        if (json.getValue(name) instanceof JsonObject inner && random.nextInt(4) > 0) {
            changeValue(inner);
            return;
        }
        switch (random.nextInt(5)) {
            case 0 -> json.remove(name);
            case 1 -> json.putNull(name);
            case 2 -> json.put(name + TEXTS.get(random.nextInt(TEXTS.size())), json.getValue(name));
            default -> json.put(name, VALUES.get(random.nextInt(VALUES.size())));
        }
    }

    private String changeText(String text) {
        int from = random.nextInt(text.length());
        int to = Math.min(text.length(), from + random.nextInt(8));
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, from);
            case 1 -> text.substring(0, from) + text.substring(to);
            default -> text.substring(0, from) + TEXTS.get(random.nextInt(TEXTS.size())) + text.substring(to);
        };
    }
}
