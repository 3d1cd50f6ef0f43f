-- The sessions of an auth server, which makes, changes and removes the rows; todod only reads them.
-- A table that is there already is taken as it is (docs/sessions.md). Found by the token alone,
-- before anyone knows the user.
CREATE TABLE IF NOT EXISTS user_sessions (
    token      text COLLATE "C" PRIMARY KEY, -- HMAC-SHA256 of what the user sends, in hex
    user_id    text NOT NULL,
    expires_at timestamptz NOT NULL
);
