-- todod's own tokens, by which programs ask for their users. What is sent is not kept.
CREATE TABLE tokens (
    user_key     INTEGER NOT NULL,
    id           BLOB    NOT NULL CHECK (length(id) = 16),
    hash         TEXT    NOT NULL UNIQUE,    -- SHA-256, in base64url
    name         TEXT    NOT NULL,
    scopes       INTEGER NOT NULL CHECK (scopes BETWEEN 1 AND 7),  -- of types::Scopes
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,                    -- to about a minute
    PRIMARY KEY (user_key, id)
) STRICT, WITHOUT ROWID;
