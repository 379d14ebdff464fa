-- The inbox: which events each consumer has processed. A row is written in the transaction of the event's effect,
-- so "processed" and "took effect" are one fact.

CREATE SCHEMA IF NOT EXISTS inbox;

CREATE TABLE inbox.processed (
    consumer     text        NOT NULL,
    event_id     uuid        NOT NULL,
    event_type   text        NOT NULL,
    processed_at timestamptz NOT NULL DEFAULT now(),
    -- Deduplicates: an insert that conflicts is a duplicate, and one that races an open transaction waits for its end.
    -- Consumer first: each consumer's ids stay together, and version 7 ids are then appended, not scattered.
    CONSTRAINT processed_pkey PRIMARY KEY (consumer, event_id)
);

COMMENT ON TABLE inbox.processed IS
    'One row per consumer and event that took effect; kept longer than any message can come back';
COMMENT ON COLUMN inbox.processed.event_id IS
    'CloudEvents id: the only identity that survives redelivery and a dead-letter redrive';

-- Lets each consumer find its oldest rows, whatever the retention of the others, and delete them in small batches.
CREATE INDEX processed_age ON inbox.processed (consumer, processed_at);

-- Rows are only inserted and, a retention later, deleted at the same rate: vacuum after a fixed amount of change, since
-- the default share of the table grows with it and would leave millions of dead rows.
ALTER TABLE inbox.processed SET (
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 50000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 100000
);

-- Roles belong to the cluster: another database, or another migration at this moment, may have made it.
DO $$
BEGIN
    CREATE ROLE inbox_consumer NOLOGIN;
    COMMENT ON ROLE inbox_consumer IS 'May record events as processed and forget old ones; granted to each consumer';
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA inbox TO inbox_consumer;
-- No update: a processed event never changes.
GRANT SELECT, INSERT, DELETE ON inbox.processed TO inbox_consumer;
