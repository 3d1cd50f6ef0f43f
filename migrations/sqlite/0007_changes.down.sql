DROP TABLE trash;
DROP TABLE changes;
ALTER TABLE tasks DROP COLUMN last_change;
ALTER TABLE users DROP COLUMN last_change;
