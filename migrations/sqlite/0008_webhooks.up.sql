-- URLs that are told each change of their users' tasks, and how far each of them has come.
CREATE TABLE webhooks (
    user_key         INTEGER NOT NULL,
    id               BLOB    NOT NULL CHECK (length(id) = 16),
    url              TEXT    NOT NULL,
    secret           TEXT    NOT NULL,  -- a Fernet token
    old_secret       TEXT,              -- signs as well, until then
    old_secret_until INTEGER,
    events           INTEGER NOT NULL CHECK (events BETWEEN 1 AND 31),  -- of types::ChangeKinds
    is_active        INTEGER NOT NULL,
    disabled_reason  TEXT,
    delivered_seq    INTEGER NOT NULL,  -- of the log (changes.seq)
    failures         INTEGER NOT NULL,  -- of the message after it
    next_attempt_at  INTEGER,
    failing_since    INTEGER,
    last_status      INTEGER,
    last_error       TEXT,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    leased_until     INTEGER,           -- who delivers it at the moment, and for how long
    lease_holder     BLOB,
    PRIMARY KEY (user_key, id)
) STRICT, WITHOUT ROWID;

-- Messages that were given up.
CREATE TABLE webhook_dead_letters (
    user_key    INTEGER NOT NULL,
    webhook_id  BLOB    NOT NULL,
    seq         INTEGER NOT NULL,
    failed_at   INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    last_status INTEGER,
    last_error  TEXT,
    PRIMARY KEY (user_key, webhook_id, seq)
) STRICT, WITHOUT ROWID;
