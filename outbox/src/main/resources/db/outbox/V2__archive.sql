-- The archive: events that the queue has acknowledged, for as many days as the relays are told to keep them. It stays
-- empty unless they are. A row is here or in outbox.event, never in both: the drain's delete moves it here, a replay
-- moves it back.
CREATE TABLE outbox.archive (
    seq         bigint      NOT NULL,
    id          uuid        NOT NULL,
    topic       text        COLLATE "C" NOT NULL,
    subject     text        COLLATE "C" NOT NULL,
    type        text        NOT NULL,
    data        json        NOT NULL,
    source      text,
    time        timestamptz NOT NULL,
    sequence    bigint,
    traceparent text,
    -- Not now(): a replay must be able to tell what was sent after it began from what was there before.
    sent_at     timestamptz NOT NULL DEFAULT clock_timestamp()
) PARTITION BY RANGE (sent_at);

COMMENT ON TABLE outbox.archive IS
    'Sent events, in partitions of one UTC day that relays with OUTBOX_ARCHIVE_DAYS make and drop';

-- For a replay, which goes through a topic, or one subject of it, in this order.
CREATE INDEX archive_subject ON outbox.archive (topic, subject, seq);

-- Takes what has no day to go to, so that a partition that is missing never keeps an event from being sent.
CREATE TABLE outbox.archive_default PARTITION OF outbox.archive DEFAULT;

-- Makes the partitions of today and the seven days ahead, and removes what is older than so many days. Each call does
-- one kind of work and holds its locks no longer than that takes; false: there is more to do, call again.
--
-- The owner's rights, because only an owner can make and drop partitions: the relay gets this function and nothing else.
CREATE FUNCTION outbox.keep_archive(days int) RETURNS boolean
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    -- Whoever waits for a lock makes the drains wait behind it.
    SET lock_timeout = '1s'
AS $$
DECLARE
    today     CONSTANT date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
    oldest    CONSTANT date := today - days;
    -- To move more rows out of the default partition would hold up the drains; they stay there until they are too old.
    most_rows CONSTANT int := 100000;
    partition name;
    day_start timestamptz;
    day_end   timestamptz;
    stranded  bigint;
    changed   boolean := false;
BEGIN
    IF days IS NULL OR days NOT BETWEEN 1 AND 3650 THEN
        RAISE EXCEPTION 'cannot keep the archive for % days: give 1 to 3650', days
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- Another relay is at it.
    IF NOT pg_try_advisory_xact_lock(1869968483, 0) THEN
        RETURN true;
    END IF;

    FOR ahead IN 0..7 LOOP
        partition := 'archive_' || to_char(today + ahead, 'YYYYMMDD');
        CONTINUE WHEN to_regclass('outbox.' || partition) IS NOT NULL;
        day_start := (today + ahead)::timestamp AT TIME ZONE 'UTC';
        day_end := (today + ahead + 1)::timestamp AT TIME ZONE 'UTC';
        -- The parent first, as every insert does; an insert that had found the default partition already would fail.
        LOCK TABLE ONLY outbox.archive IN SHARE ROW EXCLUSIVE MODE;
        SELECT count(*) INTO stranded FROM (
            SELECT FROM outbox.archive_default
            WHERE sent_at >= day_start AND sent_at < day_end LIMIT most_rows + 1) AS rows_of_day;
        CONTINUE WHEN stranded > most_rows;
        EXECUTE format('CREATE TABLE outbox.%I (LIKE outbox.archive)', partition);
        EXECUTE format(
            'WITH stranded AS (
                 DELETE FROM outbox.archive_default WHERE sent_at >= $1 AND sent_at < $2 RETURNING *)
             INSERT INTO outbox.%I SELECT * FROM stranded', partition) USING day_start, day_end;
        EXECUTE format(
            'ALTER TABLE outbox.archive ATTACH PARTITION outbox.%I FOR VALUES FROM (%L) TO (%L)',
            partition, day_start, day_end);
        changed := true;
    END LOOP;
    IF changed THEN
        RETURN false;
    END IF;

    FOR partition IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'outbox.archive'::regclass AND c.relname ~ '^archive_[0-9]{8}$'
          AND c.relname < 'archive_' || to_char(oldest, 'YYYYMMDD')
        ORDER BY c.relname LIMIT 100
    LOOP
        LOCK TABLE ONLY outbox.archive IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('DROP TABLE outbox.%I', partition);
        changed := true;
    END LOOP;
    IF changed THEN
        RETURN false;
    END IF;

    DELETE FROM outbox.archive_default WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM outbox.archive_default
        WHERE sent_at < oldest::timestamp AT TIME ZONE 'UTC' LIMIT most_rows));
    GET DIAGNOSTICS stranded = ROW_COUNT;
    RETURN stranded < most_rows;
END
$$;
REVOKE ALL ON FUNCTION outbox.keep_archive(int) FROM PUBLIC;

-- Rows are moved in and out and never changed; rights on the partitions themselves nobody needs.
GRANT SELECT, INSERT, DELETE ON outbox.archive TO relay_app;
GRANT EXECUTE ON FUNCTION outbox.keep_archive(int) TO relay_app;
