#include "store/sqlite/tasks.hpp"

#include "base/error.hpp"
#include "store/sqlite/kept_answers.hpp"
#include "store/sqlite/task_inserts.hpp"
#include "store/sqlite/task_list.hpp"
#include "store/sqlite/task_rows.hpp"
#include "store/sqlite/task_words.hpp"
#include "store/tags.hpp"

namespace todod::store::sqlite {

using db::sqlite::Connection;
using types::Task;
using types::TaskRef;

namespace {

[[noreturn]] void refuse_insert(Connection& connection, const std::string& user_id)
{
    if (has_user(connection, user_id)) {
        throw base::Error{base::ErrorCode::conflict, "There is a task with this id already."};
    }
    throw base::Error{base::ErrorCode::unauthorized, "The account has been deleted."};
}

Task insert(Connection& connection, Task task)
{
    if (!insert_task(connection, task)) refuse_insert(connection, task.user_id);
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
