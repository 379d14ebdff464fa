CREATE SCHEMA outbox; CREATE TABLE outbox.sample (id int);
