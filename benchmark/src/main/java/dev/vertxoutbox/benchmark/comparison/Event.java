package dev.vertxoutbox.benchmark.comparison;

/**
 * An event, which all contenders store and send alike: data as that of the relay's benchmarks, in an envelope as the relay
 * makes it.
 *
 * @param id deduplication id of its message
 * @param subject message group of its message
 * @param data JSON, about 200 bytes
 */
record Event(String id, String subject, String data) {

    /** Data as an expression of SQL. */
    static final String DATA_SQL = """
            '{"n":100000,"departureAirport":"Paris CDG","arrivalAirport":"London LHR",\
            "departureDateTime":"2035-03-01T09:00:00Z","arrivalDateTime":"2035-03-01T10:15:00Z",\
            "fare":{"amount":120,"currency":"EUR"}}'""".strip();

    static final String DATA = DATA_SQL.substring(1, DATA_SQL.length() - 1);

    /** The body of its message, about 500 bytes. */
    String message() {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"/benchmark\",\"type\":\"flight.booked\","
                + "\"subject\":\"" + subject + "\",\"time\":\"2035-03-01T09:00:00.123456Z\","
                + "\"datacontenttype\":\"application/json\",\"data\":" + data + "}";
    }
}
