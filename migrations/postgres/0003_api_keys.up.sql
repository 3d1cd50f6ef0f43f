-- Users' own keys for providers of models. No foreign key to users: whoever keeps a key has locked
-- its user's row.
CREATE TABLE api_keys (
    user_id           text COLLATE "C" NOT NULL,
    provider          text COLLATE "C" NOT NULL,  -- the name of a types::Provider
    sealed_key        text COLLATE "C" NOT NULL,  -- a Fernet token
    masked_key        text NOT NULL,              -- what is shown of it
    base_url          text,
    model             text,
    valid             boolean,                    -- null until its provider was asked
    last_validated_at timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (user_id, provider)
);
