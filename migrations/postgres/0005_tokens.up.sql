-- todod's own tokens, by which programs ask for their users. What is sent is not kept.
CREATE TABLE tokens (
    user_id      text COLLATE "C" NOT NULL,
    id           uuid NOT NULL,
    name         text NOT NULL,
    scopes       smallint NOT NULL CHECK (scopes BETWEEN 1 AND 7),  -- of types::Scopes
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,                -- to about a minute
    PRIMARY KEY (user_id, id)
);

-- Whose a token is, which is asked before anyone knows the user.
CREATE TABLE token_hashes (
    hash    text COLLATE "C" PRIMARY KEY,    -- SHA-256, in base64url
    user_id text COLLATE "C" NOT NULL,
    id      uuid NOT NULL
);
CREATE INDEX token_hashes_by_user ON token_hashes (user_id, id);
