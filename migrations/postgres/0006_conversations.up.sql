-- What a user and the assistant have said to each other. No foreign keys: whoever stores a message
-- has locked its user's row.
ALTER TABLE users ADD COLUMN last_conversation bigint NOT NULL DEFAULT 0; -- those deleted included

CREATE TABLE conversations (
    user_id       text COLLATE "C" NOT NULL,
    id            bigint NOT NULL,       -- counted within the user
    title         text NOT NULL,
    last_turn     bigint NOT NULL,       -- counts the user's messages
    message_count bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,  -- when the last message was stored
    PRIMARY KEY (user_id, id)
);
CREATE INDEX conversations_by_update ON conversations (user_id, updated_at, id);

-- A turn has two positions, so that an answer stands behind its message whenever it comes: the
-- user's message has the odd one, the assistant's answer the even one after it.
CREATE TABLE messages (
    user_id         text COLLATE "C" NOT NULL,
    conversation_id bigint NOT NULL,
    position        bigint NOT NULL,
    content         text NOT NULL,
    tool_calls      text,                -- a JSON array of {tool_name, parameters, result}
    state           text,                -- what the engine keeps for the next turn, for itself
    created_at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, conversation_id, position)
);
CREATE INDEX messages_by_age ON messages (user_id, created_at, conversation_id, position);
