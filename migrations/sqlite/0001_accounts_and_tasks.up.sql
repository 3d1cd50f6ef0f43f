-- A user's rows hang together by user_key, a small number that stands for its user_id in here.
CREATE TABLE users (
    user_key          INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again
    user_id           TEXT    NOT NULL UNIQUE,
    name              TEXT,
    email             TEXT,
    email_folded      TEXT    UNIQUE,    -- what makes an e-mail unique, whatever its case
    password_hash     TEXT,              -- a PHC string
    generation        INTEGER NOT NULL DEFAULT 0,  -- counts the changes of the password
    tokens_valid_from INTEGER,           -- JWTs issued before are refused
    last_number       INTEGER NOT NULL DEFAULT 0,  -- of its tasks, those deleted included
    task_count        INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL   -- instants are milliseconds since 1970 in UTC
) STRICT;

-- Accounts that are gone: their tokens must not make them anew.
CREATE TABLE deleted_users (
    user_id    TEXT    PRIMARY KEY,
    deleted_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- task_key is user_key << 32 | number: a user's tasks lie together in the order they were made,
-- and the search index can be asked for one user's alone.
CREATE TABLE tasks (
    task_key      INTEGER PRIMARY KEY,
    user_key      INTEGER NOT NULL,  -- no foreign key: to delete a user would go through all tasks
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    title         TEXT    NOT NULL,
    description   TEXT,
    status        INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),    -- of types::Status
    priority      INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 3),  -- of types::Priority
    tags          TEXT    NOT NULL,      -- a JSON array of texts
    due_at        INTEGER,               -- of a whole day: its midnight in UTC
    due_whole_day INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    completed_at  INTEGER,
    version       INTEGER NOT NULL
) STRICT;

-- The id first: ids made here grow, so that new ones fall on one page of the index.
CREATE UNIQUE INDEX tasks_by_id ON tasks (id, user_key);

-- The words of titles and descriptions; rowid is task_key. The texts themselves are not kept twice.
CREATE VIRTUAL TABLE task_words USING fts5 (
    title, description,
    content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
