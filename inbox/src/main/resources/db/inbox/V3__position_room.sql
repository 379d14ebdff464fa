-- Half of each page stays free for the next versions of its rows: subjects that are new together are written side by
-- side, and their next events often come together as well. An update that finds room on its page touches no index.
-- Pages that are there already keep what they have.
ALTER TABLE inbox.position SET (fillfactor = 50);
