DROP TABLE trash;
DROP TABLE changes;
ALTER TABLE tasks DROP COLUMN was_change;
ALTER TABLE tasks DROP COLUMN was_completed_at;
ALTER TABLE tasks DROP COLUMN was_status;
ALTER TABLE tasks DROP COLUMN last_change;
ALTER TABLE users DROP COLUMN last_change;
