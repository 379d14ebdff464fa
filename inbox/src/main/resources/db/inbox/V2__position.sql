-- How far each consumer has come with each subject whose events are numbered. Written in the transaction of the effect,
-- in the statement that records the event as processed.

CREATE TABLE inbox.position (
    consumer text   NOT NULL,
    source   text   NOT NULL,
    subject  text   NOT NULL,
    sequence bigint NOT NULL,
    -- What sequence was before: lets the statement that changes it tell, whatever its snapshot shows.
    previous bigint,
    -- A day, not a moment: it is indexed, and an update that leaves the indexed columns alone need not touch an index.
    seen_on  date   NOT NULL DEFAULT current_date,
    CONSTRAINT position_pkey PRIMARY KEY (consumer, source, subject)
) WITH (
    fillfactor = 80,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 50000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 100000
);

COMMENT ON TABLE inbox.position IS
    'One row per consumer and numbered subject: the highest sequence that took effect; kept as long as inbox.processed';

-- Lets each consumer find its oldest rows.
CREATE INDEX position_age ON inbox.position (consumer, seen_on);

GRANT SELECT, INSERT, UPDATE, DELETE ON inbox.position TO inbox_consumer;
