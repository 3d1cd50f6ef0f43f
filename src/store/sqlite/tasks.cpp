#include "store/sqlite/tasks.hpp"

#include "base/error.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_list.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"
#include "store/tags.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;
using types::TaskRef;

namespace {

std::optional<std::int64_t> due_at(const Task& task)
{
    if (!task.due_date) return std::nullopt;
    return to_integer(task.due_date->at);
}

bool due_whole_day(const Task& task)
{
    return task.due_date && task.due_date->whole_day;
}

[[noreturn]] void refuse_insert(Connection& connection, const std::string& user_id)
{
    if (connection.query("SELECT 1 FROM users WHERE user_id = ?1", {user_id}).step()) {
        throw base::Error{base::ErrorCode::conflict, "There is a task with this id already."};
    }
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

Task insert(Connection& connection, Task task)
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
        if (!rows.step()) refuse_insert(connection, task.user_id);
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
    return task;
}

void store_task(Connection& connection, const TaskRow& row)
{
    const Task& task = row.task;
    const std::string tags = tags_to_json(task.tags);
    connection.run(
        "UPDATE tasks SET title = ?3, description = ?4, status = ?5, priority = ?6, tags = ?7,"
        " due_at = ?8, due_whole_day = ?9, updated_at = ?10, completed_at = ?11, version = ?12"
        " WHERE task_key = ?2 AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
        {task.user_id, row.task_key, task.title, task.description, static_cast<int>(task.status),
         static_cast<int>(task.priority), tags, due_at(task), due_whole_day(task),
         to_integer(task.updated_at), to_integer(task.completed_at), task.version});
}

}  // namespace

base::Async<std::optional<Task>> Tasks::find(User user, TaskRef task)
{
    auto row = co_await reader_.read(
        [&](Connection& connection) { return find_task(connection, user.id, task); });
    if (!row) co_return std::nullopt;
    co_return std::move(row->task);
}

base::Async<TaskPage> Tasks::list(User user, TaskQuery query)
{
    co_return co_await reader_.read(
        [&](Connection& connection) { return list_tasks(connection, user.id, query); });
}

base::Async<Task> Tasks::create(User user, Task task)
{
    task.user_id = std::move(user.id);
    co_return co_await writer_.write(
        [&](Connection& connection) { return insert(connection, task); });
}

base::Async<MadeTask> Tasks::create_once(User user, Task task, Idempotency idempotency)
{
    task.user_id = std::move(user.id);
    co_return co_await writer_.write([&](Connection& connection) -> MadeTask {
        if (const auto kept = find_answer(connection, task.user_id, idempotency)) {
            return {task_of(kept->answer), true};
        }
        Task made = insert(connection, task);
        keep_answer(connection, made.user_id, idempotency, to_answer(made));
        return {std::move(made)};
    });
}

base::Async<Task> Tasks::update(User user, TaskRef task,
                                std::optional<types::TagCondition> condition,
                                types::TaskChange change, base::Instant now)
{
    co_return co_await writer_.write([&](Connection& connection) {
        TaskRow row = get_task(connection, user.id, task, condition);
        const bool words = change.title || change.description;
        const std::string title = words ? row.task.title : std::string{};
        const auto description = words ? row.task.description : std::nullopt;
        if (types::apply(change, row.task, now)) {
            if (words) note_old_words(connection, row.task_key, title, description);
            store_task(connection, row);
        }
        return std::move(row.task);
    });
}

base::Async<void> Tasks::remove(User user, TaskRef task,
                                std::optional<types::TagCondition> condition)
{
    co_await writer_.write([&](Connection& connection) {
        const TaskRow row = get_task(connection, user.id, task, condition);
        note_old_words(connection, row.task_key, row.task.title, row.task.description);
        connection.run(
            "DELETE FROM tasks WHERE task_key = ?2"
            " AND user_key = (SELECT user_key FROM users WHERE user_id = ?1)",
            {user.id, row.task_key});
        connection.run("UPDATE users SET task_count = task_count - 1 WHERE user_id = ?1",
                       {user.id});
    });
}

}  // namespace todod::store::sqlite
