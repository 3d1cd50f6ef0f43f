-- To go through two thousand tasks, once for a page and their number, is quicker than to keep them
-- in these: only what comes after a user's first two thousand is in them (task_list.cpp).
DROP INDEX tasks_by_title;
DROP INDEX tasks_by_priority;
DROP INDEX tasks_by_terms;
CREATE INDEX tasks_by_title ON tasks (user_id, title_folded, number DESC) WHERE number > 2000;
CREATE INDEX tasks_by_priority ON tasks (user_id, priority, number) WHERE number > 2000;
CREATE INDEX tasks_by_terms ON tasks USING gin (terms) WITH (gin_pending_list_limit = 128)
    WHERE number > 2000;
