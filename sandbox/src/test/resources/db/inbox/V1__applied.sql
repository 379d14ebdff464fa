CREATE SCHEMA inbox;
-- Fails unless db/outbox was applied before.
CREATE TABLE inbox.applied (version int);
DO $$ BEGIN PERFORM FROM outbox.sample; END $$;
INSERT INTO inbox.applied VALUES (1);
