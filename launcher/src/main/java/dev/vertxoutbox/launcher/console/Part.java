package dev.vertxoutbox.launcher.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** One kind of event of the stream: what it says now, serialized once for all viewers. */
final class Part {

    private final String name;
    private @Nullable JsonObject content;
    private Buffer text = Buffer.buffer();
    private int version;

    /** @param name the type of its events */
    Part(String name) {
        this.name = name;
    }

    /** Grows with each change; 0 while there is nothing to show. */
    int version() {
        return version;
    }

    Buffer text() {
        return text;
    }

    /** Takes what it is to say from now on; null for nothing. */
    void set(@Nullable JsonObject newContent) {
        if (newContent == null) {
            content = null;
            version = 0;
        } else if (!newContent.equals(content)) {
            content = newContent;
            text = event(name, newContent);
            version++;
        }
    }

    /** An event as it is written to a stream. */
    static Buffer event(String name, JsonObject data) {
        return Buffer.buffer("event: " + name + "\ndata: " + data.encode() + "\n\n");
    }
}
