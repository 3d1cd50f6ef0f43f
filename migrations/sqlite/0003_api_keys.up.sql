-- Users' own keys for providers of models.
CREATE TABLE api_keys (
    user_id           TEXT    NOT NULL,
    provider          TEXT    NOT NULL,  -- the name of a types::Provider
    sealed_key        TEXT    NOT NULL,  -- a Fernet token
    masked_key        TEXT    NOT NULL,  -- what is shown of it
    base_url          TEXT,
    model             TEXT,
    valid             INTEGER,           -- null until its provider was asked
    last_validated_at INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (user_id, provider)
) STRICT, WITHOUT ROWID;
