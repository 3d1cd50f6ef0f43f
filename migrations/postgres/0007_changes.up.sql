-- The log: each change of a user's tasks, in the transaction that makes it. Whoever adds to it has
-- locked the user's row, where the last seq stands, so that it has no gap.
ALTER TABLE users ADD COLUMN last_change bigint NOT NULL DEFAULT 0;

-- The seq of a task's last change, from where its history goes back (changes.previous).
ALTER TABLE tasks ADD COLUMN last_change bigint NOT NULL DEFAULT 0;

-- What completing a task, or taking that back, has changed: of an UPDATE, RETURNING gives only what
-- is new, and to read the row before costs as much as to change it (docs/adr/0009).
ALTER TABLE tasks ADD COLUMN was_status smallint;
ALTER TABLE tasks ADD COLUMN was_completed_at timestamptz;
ALTER TABLE tasks ADD COLUMN was_change bigint;

CREATE TABLE changes (
    user_id      text COLLATE "C" NOT NULL,
    seq          bigint NOT NULL,         -- 1, 2, 3 … within the user
    changeset_id bigint NOT NULL,         -- the seq of the first change of its set
    at           timestamptz NOT NULL,
    kind         smallint NOT NULL,       -- of types::ChangeKind
    task_id      uuid NOT NULL,
    task_number  bigint NOT NULL,
    version      bigint NOT NULL,         -- of the task, then
    before       text COLLATE "C",        -- what is changed, as it was (types::to_stored)
    after        text COLLATE "C",        -- the same as it is
    origin       text COLLATE "C" NOT NULL,  -- who, and how (types::to_stored)
    undoes       bigint,                  -- the changeset_id of what it takes back
    previous     bigint NOT NULL,         -- the seq of the task's change before; 0: none
    PRIMARY KEY (user_id, seq)
);
-- Most sets are of one change, which the primary key finds.
CREATE INDEX changes_of_set ON changes (user_id, changeset_id, seq) WHERE seq <> changeset_id;

-- Tasks that have been deleted, until they are restored or go for good.
CREATE TABLE trash (
    user_id     text COLLATE "C" NOT NULL,
    number      bigint NOT NULL,
    id          uuid NOT NULL,
    task        text COLLATE "C" NOT NULL,  -- JSON: all of it
    deleted_at  timestamptz NOT NULL,
    last_change bigint NOT NULL,            -- as of tasks
    PRIMARY KEY (user_id, number)
);
CREATE INDEX trash_by_id ON trash (user_id, id);
CREATE INDEX trash_by_change ON trash (user_id, last_change);
