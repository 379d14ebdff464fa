package dev.vertxoutbox.benchmark.stub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An entry of a batch request to delete messages or to change their visibility.
 *
 * @param id the entry's name within the request
 * @param round of which filling the message is
 * @param deal its deal, or -1 for one that was passed on
 * @param visibilitySeconds how long it is to be hidden, or -1
 */
record Receipt(String id, int round, int deal, int visibilitySeconds) {
    private static final JsonFactory JSON = new JsonFactory();

    /** The inbox hides what it gives back for seconds, and extends what it holds by its visibility timeout. */
    private static final int LONGEST_BACK_OFF_SECONDS = 4;

    static String handle(int round, int deal) {
        return round + "/" + deal;
    }

    static List<Receipt> parse(byte[] request) throws IOException {
        List<Receipt> receipts = new ArrayList<>(10);
        try (JsonParser parser = JSON.createParser(request)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME && "Entries".equals(parser.currentName())) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        receipts.add(receipt(parser));
                    }
                }
            }
        }
        return receipts;
    }

    private static Receipt receipt(JsonParser parser) throws IOException {
        String id = "";
        String handle = "0/-1";
        int visibilitySeconds = -1;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "Id" -> id = parser.getText();
                case "ReceiptHandle" -> handle = parser.getText();
                case "VisibilityTimeout" -> visibilitySeconds = parser.getIntValue();
                default -> parser.skipChildren();
            }
        }
        int slash = handle.indexOf('/');
        return new Receipt(
                id,
                Integer.parseInt(handle.substring(0, slash)),
                Integer.parseInt(handle.substring(slash + 1)),
                visibilitySeconds);
    }

    boolean isGivenBack() {
        return visibilitySeconds >= 0 && visibilitySeconds <= LONGEST_BACK_OFF_SECONDS;
    }

    static Buffer successful(List<Receipt> receipts) {
        StringBuilder json = new StringBuilder(16 * receipts.size() + 50).append("{\"Successful\":[");
        for (int i = 0; i < receipts.size(); i++) {
            json.append(i == 0 ? "{\"Id\":\"" : ",{\"Id\":\"")
                    .append(receipts.get(i).id())
                    .append("\"}");
        }
        return Buffer.buffer(json.append("],\"Failed\":[]}").toString());
    }
}
