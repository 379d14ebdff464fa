-- Flights: the bookings and the idempotency keys of the HTTP API.
CREATE SCHEMA IF NOT EXISTS flight;

CREATE TABLE flight.booking (
    -- UUIDv7, made by the service: ids made later sort later, so the primary key is also the keyset of the list,
    -- newest first. No second index: inserts append to the right edge of this one, and a page is one descending range.
    id                uuid          PRIMARY KEY,
    status            text          NOT NULL DEFAULT 'PENDING'
                                    CHECK (status IN ('PENDING', 'CONFIRMED', 'REJECTED', 'CANCELLED')),
    -- One more with each change of status; what watchers compare.
    version           integer       NOT NULL DEFAULT 1 CHECK (version > 0),
    departure_airport text          NOT NULL CHECK (char_length(departure_airport) BETWEEN 1 AND 100),
    arrival_airport   text          NOT NULL CHECK (char_length(arrival_airport) BETWEEN 1 AND 100),
    departure_time    timestamptz   NOT NULL,
    arrival_time      timestamptz   NOT NULL,
    fare_amount       numeric(12,2) CHECK (fare_amount >= 0),
    fare_currency     text          CHECK (fare_currency ~ '^[A-Z]{3}$'),
    created_at        timestamptz   NOT NULL DEFAULT now(),
    CHECK (arrival_time > departure_time),
    CHECK ((fare_amount IS NULL) = (fare_currency IS NULL))
) WITH (
    -- A booking changes its status once or twice soon after it is made. Nothing that changes is indexed, so with room left
    -- in the page the new version stays there (HOT) and no index is touched.
    fillfactor = 80
);

COMMENT ON TABLE flight.booking IS 'Bookings; each change is one transaction with its event in outbox.event';

CREATE TABLE flight.idempotency_key (
    key          text        PRIMARY KEY CHECK (octet_length(key) BETWEEN 1 AND 255),
    -- SHA-256 of what was asked for: the same key with another request is an error of the client.
    request_hash bytea       NOT NULL,
    -- Of the booking made in the same transaction. No foreign key: it is written before the booking, and bookings are never deleted.
    booking_id   uuid        NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE flight.idempotency_key IS 'One row per Idempotency-Key of the last 24 hours; older ones are deleted';

-- Finds the keys that are too old, oldest first, in small batches.
CREATE INDEX idempotency_key_age ON flight.idempotency_key (created_at);

-- Rows are only inserted and, a day later, deleted at the same rate: vacuum by count, not by share of the table.
ALTER TABLE flight.idempotency_key SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 50000
);

-- Roles belong to the cluster: another database, or another migration at this moment, may have made it.
DO $$ BEGIN
    CREATE ROLE flight_app NOLOGIN;
    COMMENT ON ROLE flight_app IS 'The flight service: books, changes the status, announces events, consumes payment events';
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

GRANT USAGE ON SCHEMA flight TO flight_app;
-- A booking's flight never changes and no booking is deleted.
GRANT SELECT, INSERT, UPDATE (status, version) ON flight.booking TO flight_app;
GRANT SELECT, INSERT, DELETE ON flight.idempotency_key TO flight_app;
GRANT outbox_writer, inbox_consumer TO flight_app;
