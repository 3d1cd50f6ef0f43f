-- What a request with an Idempotency-Key was answered, for whoever sends it again. Written in the
-- transaction of what it has done; after a day it is not looked at any more, and deleted.
CREATE TABLE idempotency_keys (
    user_id     text COLLATE "C" NOT NULL,
    operation   text COLLATE "C" NOT NULL,   -- "create_task": each has keys of its own
    key         text COLLATE "C" NOT NULL,
    fingerprint text COLLATE "C" NOT NULL,   -- SHA-256 of what was asked for, base64url
    answer      json NOT NULL,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (user_id, created_at);
