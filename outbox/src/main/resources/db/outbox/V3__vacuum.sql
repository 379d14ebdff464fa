-- No vacuum because rows were inserted: it marks pages for readers of the index alone, and every row here is deleted
-- before anybody could gain from that. Without the cost-based pauses it only writes, beside the commits of the bookings.
ALTER TABLE outbox.event RESET (autovacuum_vacuum_insert_scale_factor);
ALTER TABLE outbox.event SET (autovacuum_vacuum_insert_threshold = -1);
