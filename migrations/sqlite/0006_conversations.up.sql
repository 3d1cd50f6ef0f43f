-- What a user and the assistant have said to each other.
ALTER TABLE users ADD COLUMN last_conversation INTEGER NOT NULL DEFAULT 0; -- those deleted included

CREATE TABLE conversations (
    user_key      INTEGER NOT NULL,
    id            INTEGER NOT NULL,  -- counted within the user
    title         TEXT    NOT NULL,
    last_turn     INTEGER NOT NULL,  -- counts the user's messages
    message_count INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,  -- when the last message was stored
    PRIMARY KEY (user_key, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversations_by_update ON conversations (user_key, updated_at, id);

-- A turn has two positions, so that an answer stands behind its message whenever it comes: the
-- user's message has the odd one, the assistant's answer the even one after it.
CREATE TABLE messages (
    user_key        INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    content         TEXT    NOT NULL,
    tool_calls      TEXT,              -- a JSON array of {tool_name, parameters, result}
    state           TEXT,              -- what the engine keeps for the next turn, for itself
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (user_key, conversation_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_by_age ON messages (user_key, created_at, conversation_id, position);
