-- Every table of a user's data has user_id first in its keys and indexes, so that all of them can
-- be spread by it (docs/scaling.md). Texts are compared byte by byte, as todod compares them.
CREATE TABLE users (
    user_id           text COLLATE "C" PRIMARY KEY,
    name              text,
    email             text,
    password_hash     text,                      -- a PHC string
    generation        bigint NOT NULL DEFAULT 0, -- counts the changes of the password
    tokens_valid_from timestamptz,               -- JWTs issued before are refused
    last_number       bigint NOT NULL DEFAULT 0, -- of its tasks, those deleted included
    task_count        bigint NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL
);

-- What makes an e-mail unique, whatever its case, and whose it is.
CREATE TABLE user_emails (
    email_folded text COLLATE "C" PRIMARY KEY,
    user_id      text COLLATE "C" NOT NULL
);
CREATE INDEX user_emails_by_user ON user_emails (user_id);

-- Accounts that are gone: their tokens must not make them anew.
CREATE TABLE deleted_users (
    user_id    text COLLATE "C" PRIMARY KEY,
    deleted_at timestamptz NOT NULL
);

-- No foreign key to users: whoever makes a task has locked its user's row.
CREATE TABLE tasks (
    user_id       text COLLATE "C" NOT NULL,
    number        bigint NOT NULL,
    id            uuid NOT NULL,
    title         text COLLATE "C" NOT NULL,
    title_folded  text COLLATE "C" NOT NULL,     -- what titles are sorted by
    description   text COLLATE "C",
    status        smallint NOT NULL CHECK (status BETWEEN 0 AND 2),    -- of types::Status
    priority      smallint NOT NULL CHECK (priority BETWEEN 0 AND 3),  -- of types::Priority
    tags          json NOT NULL,                 -- an array of texts
    due_at        timestamptz,                   -- of a whole day: its midnight in UTC
    due_whole_day boolean,                       -- null where due_at is
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    completed_at  timestamptz,
    version       bigint NOT NULL,
    terms         tsvector NOT NULL,             -- words and tags to find it by, each with its user
    PRIMARY KEY (user_id, number)
);

CREATE UNIQUE INDEX tasks_by_id ON tasks (user_id, id);
CREATE INDEX tasks_by_due ON tasks (user_id, due_at, number) WHERE due_at IS NOT NULL;
-- To go through a thousand tasks is quicker than to keep them in these, and few users have more:
-- only what comes after the first thousand is in them (task_list.cpp).
CREATE INDEX tasks_by_title ON tasks (user_id, title_folded, number DESC) WHERE number > 1000;
CREATE INDEX tasks_by_priority ON tasks (user_id, priority, number) WHERE number > 1000;
-- Each term begins with its user, and so does the index. New entries wait in a list of at most 128
-- kB, which every search goes through as well.
CREATE INDEX tasks_by_terms ON tasks USING gin (terms) WITH (gin_pending_list_limit = 128)
    WHERE number > 1000;
-- No index on what completing a task changes (status, updated_at, completed_at, version): without
-- one PostgreSQL changes the row in its page and leaves every index alone (docs/adr/0005).

-- What todod keeps for itself.
CREATE TABLE secrets (
    name       text PRIMARY KEY,
    value      text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
