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

bool insert_task(Connection& connection, Task& task)
{
    const std::string tags = tags_to_json(task.tags);
    std::int64_t task_key = 0;
    {
        auto rows = connection.query(
            "INSERT INTO tasks (task_key, user_key, id, title, description, status, priority, tags,"
            " due_at, due_whole_day, created_at, updated_at, completed_at, version)"
            " SELECT (user_key << 32) + last_number + 1, user_key, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
            " ?10, ?11, ?12, ?13 FROM users WHERE user_id = ?1"
            " ON CONFLICT (id, user_key) DO NOTHING RETURNING task_key, task_key & 4294967295",
            {task.user_id, task.id, task.title, task.description, static_cast<int>(task.status),
             static_cast<int>(task.priority), tags, due_at(task), due_whole_day(task),
             to_integer(task.created_at), to_integer(task.updated_at),
             to_integer(task.completed_at), task.version});
        if (!rows.step()) return false;
        task_key = rows.integer(0);
        task.number = rows.integer(1);
        while (rows.step()) {
        }
    }
    connection.run(
        "UPDATE users SET last_number = last_number + 1, task_count = task_count + 1"
        " WHERE user_id = ?1",
        {task.user_id});
    note_new_words(connection, task_key);
    return true;
}

}  // namespace todod::store::sqlite
