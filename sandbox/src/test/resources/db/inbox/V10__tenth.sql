INSERT INTO inbox.applied VALUES (10);
