#include "store/sqlite/task_inserts.hpp"

#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"
#include "store/tags.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;

std::optional<std::int64_t> due_at(const Task& task)
{
    if (!task.due_date) return std::nullopt;
    return to_integer(task.due_date->at);
}

bool due_whole_day(const Task& task)
{
    return task.due_date && task.due_date->whole_day;
}

bool has_user(Connection& connection, const std::string& user_id)
{
    return connection.query("SELECT 1 FROM users WHERE user_id = ?1", {user_id}).step();
}

Creation creation_of(const Task& task, base::Instant at)
{
    return {.after = types::to_stored(types::state_of(task)), .at = at};
}

std::optional<std::int64_t> insert_task(Connection& connection, Task& task,
                                        const Creation& creation, std::string_view stored_origin,
                                        std::optional<std::int64_t> changeset_id)
{
    const std::string tags = tags_to_json(task.tags);
    std::int64_t task_key = 0;
    std::int64_t seq = 0;
    {
        auto rows = connection.query(
            "INSERT INTO tasks (task_key, user_key, id, title, description, status, priority, tags,"
            " due_at, due_whole_day, created_at, updated_at, completed_at, version, last_change)"
            " SELECT (user_key << 32) + last_number + 1, user_key, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
            " ?10, ?11, ?12, ?13, last_change + 1 FROM users WHERE user_id = ?1"
            " ON CONFLICT (id, user_key) DO NOTHING RETURNING task_key, last_change",
            {task.user_id, task.id, task.title, task.description, static_cast<int>(task.status),
             static_cast<int>(task.priority), tags, due_at(task), due_whole_day(task),
             to_integer(task.created_at), to_integer(task.updated_at),
             to_integer(task.completed_at), task.version});
        if (!rows.step()) return std::nullopt;
        task_key = rows.integer(0);
        seq = rows.integer(1);
        while (rows.step()) {
        }
    }
    task.number = task_key & number_mask;
    connection.run(
        "UPDATE users SET last_number = last_number + 1, task_count = task_count + 1,"
        " last_change = last_change + 1 WHERE user_id = ?1",
        {task.user_id});
    const std::int64_t set = changeset_id.value_or(seq);
    add_change(connection, {.user_key = task_key >> 32,
                            .seq = seq,
                            .changeset_id = set,
                            .at = creation.at,
                            .kind = types::ChangeKind::create,
                            .task_id = task.id,
                            .task_number = task.number,
                            .version = task.version,
                            .after = creation.after,
                            .origin = stored_origin});
    note_new_words(connection, task_key);
    return set;
}

void put_task(Connection& connection, const TaskRow& row)
{
    const Task& task = row.task;
    const std::string tags = tags_to_json(task.tags);
    connection.run(
        "INSERT INTO tasks (task_key, user_key, id, title, description, status, priority, tags,"
        " due_at, due_whole_day, created_at, updated_at, completed_at, version, last_change)"
        " SELECT ?2, user_key, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15"
        " FROM users WHERE user_id = ?1",
        {task.user_id, row.task_key, task.id, task.title, task.description,
         static_cast<int>(task.status), static_cast<int>(task.priority), tags, due_at(task),
         due_whole_day(task), to_integer(task.created_at), to_integer(task.updated_at),
         to_integer(task.completed_at), task.version, row.last_change});
    note_new_words(connection, row.task_key);
}

void store_task(Connection& connection, const TaskRow& row)
{
    const Task& task = row.task;
    const std::string tags = tags_to_json(task.tags);
    connection.run(
        "UPDATE tasks SET title = ?3, description = ?4, status = ?5, priority = ?6, tags = ?7,"
        " due_at = ?8, due_whole_day = ?9, updated_at = ?10, completed_at = ?11, version = ?12,"
        " last_change = ?13"
        " WHERE task_key = ?2 AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
        {task.user_id, row.task_key, task.title, task.description, static_cast<int>(task.status),
         static_cast<int>(task.priority), tags, due_at(task), due_whole_day(task),
         to_integer(task.updated_at), to_integer(task.completed_at), task.version,
         row.last_change});
}

}  // namespace todod::store::sqlite
