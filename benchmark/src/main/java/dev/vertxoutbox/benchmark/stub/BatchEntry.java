package dev.vertxoutbox.benchmark.stub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a {@code SendMessageBatch} request in the AWS JSON protocol.
 *
 * @param id the entry's name within the request
 * @param group message group id
 * @param deduplicationId message deduplication id
 * @param body the message
 */
record BatchEntry(String id, String group, String deduplicationId, String body) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads the entries token by token: a tree would cost several times as much. */
    static List<BatchEntry> parse(byte[] request) throws IOException {
        List<BatchEntry> entries = new ArrayList<>(10);
        try (JsonParser parser = JSON.createParser(request)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME && "Entries".equals(parser.currentName())) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        entries.add(entry(parser));
                    }
                }
            }
        }
        return entries;
    }

    /** Reads a {@code SendMessage} request: its message is as an entry, without a name and beside the queue's URL. */
    static BatchEntry parseSingle(byte[] request) throws IOException {
        try (JsonParser parser = JSON.createParser(request)) {
            parser.nextToken();
            return entry(parser);
        }
    }

    private static BatchEntry entry(JsonParser parser) throws IOException {
        String id = "";
        String group = "";
        String deduplicationId = "";
        String body = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "Id" -> id = parser.getText();
                case "MessageGroupId" -> group = parser.getText();
                case "MessageDeduplicationId" -> deduplicationId = parser.getText();
                case "MessageBody" -> body = parser.getText();
                default -> parser.skipChildren();
            }
        }
        return new BatchEntry(id, group, deduplicationId, body);
    }

    /** The CloudEvents attribute {@code sequence}, or 0 if the message has none. */
    long sequence() {
        int start = body.indexOf(SEQUENCE);
        if (start < 0) {
            return 0;
        }
        long sequence = 0;
        for (int i = start + SEQUENCE.length(); body.charAt(i) != '"'; i++) {
            sequence = sequence * 10 + (body.charAt(i) - '0');
        }
        return sequence;
    }

    private static final String SEQUENCE = "\"sequence\":\"";
}
