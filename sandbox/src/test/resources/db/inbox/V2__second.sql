INSERT INTO inbox.applied VALUES (2);
