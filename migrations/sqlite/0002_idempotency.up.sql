-- What a request with an Idempotency-Key was answered, for whoever sends it again. Written in the
-- transaction of what it has done; after a day it is not looked at any more, and deleted.
CREATE TABLE idempotency_keys (
    user_key    INTEGER NOT NULL,
    operation   TEXT    NOT NULL,  -- "create_task": each has keys of its own
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,  -- SHA-256 of what was asked for, base64url
    answer      TEXT    NOT NULL,  -- JSON
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_key, operation, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (user_key, created_at);
