-- The log: each change of a user's tasks, in the transaction that makes it, without a gap.
ALTER TABLE users ADD COLUMN last_change INTEGER NOT NULL DEFAULT 0;

-- The seq of a task's last change, from where its history goes back (changes.previous).
ALTER TABLE tasks ADD COLUMN last_change INTEGER NOT NULL DEFAULT 0;

-- change_key is user_key << 32 | seq, as a task_key is: rows of some hundred bytes are found by it
-- in fewer steps than by a key of two columns, for which a table without rowids has them in its
-- inner pages as well.
CREATE TABLE changes (
    change_key   INTEGER PRIMARY KEY,  -- seq: 1, 2, 3 … within the user
    user_key     INTEGER NOT NULL,
    changeset_id INTEGER NOT NULL,  -- the seq of the first change of its set
    at           INTEGER NOT NULL,
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4),  -- of types::ChangeKind
    task_id      BLOB    NOT NULL CHECK (length(task_id) = 16),
    task_number  INTEGER NOT NULL,
    version      INTEGER NOT NULL,  -- of the task, then
    undoes       INTEGER,           -- the changeset_id of what it takes back
    previous     INTEGER NOT NULL,  -- the seq of the task's change before; 0: none
    before       TEXT,              -- what is changed, as it was (types::to_stored)
    after        TEXT,              -- the same as it is
    origin       TEXT    NOT NULL   -- who, and how (types::to_stored)
) STRICT;

-- Most sets are of one change, which the primary key finds.
CREATE INDEX changes_of_set ON changes (user_key, changeset_id)
    WHERE change_key & 4294967295 <> changeset_id;

-- Tasks that have been deleted, until they are restored or go for good.
CREATE TABLE trash (
    task_key    INTEGER PRIMARY KEY,  -- as it was
    user_key    INTEGER NOT NULL,
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    deleted_at  INTEGER NOT NULL,
    last_change INTEGER NOT NULL,  -- as of tasks
    task        TEXT    NOT NULL   -- JSON: all of it
) STRICT;

CREATE INDEX trash_by_id ON trash (user_key, id);
CREATE INDEX trash_by_change ON trash (user_key, last_change);
