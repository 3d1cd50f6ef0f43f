-- The sessions of an auth server, which makes, changes and removes the rows; todod only reads them.
-- A table that is there already is taken as it is (docs/sessions.md).
CREATE TABLE IF NOT EXISTS user_sessions (
    token      TEXT NOT NULL PRIMARY KEY,  -- HMAC-SHA256 of what the user sends, in hex
    user_id    TEXT NOT NULL,
    expires_at NOT NULL                    -- RFC 3339 in UTC, or seconds since 1970
) WITHOUT ROWID;
