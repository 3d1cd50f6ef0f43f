#include "store/sqlite/task_rows.hpp"

#include "base/error.hpp"
#include "store/tags.hpp"
#include "store/tasks.hpp"

namespace todod::store::sqlite {

TaskRow read_task(const db::sqlite::Rows& rows, std::string_view user_id)
{
    TaskRow row;
    row.task_key = rows.integer(0);
    types::Task& task = row.task;
    task.number = row.task_key & number_mask;
    task.user_id = user_id;
    task.id = rows.uuid(1);
    task.title = rows.text(2);
    task.description = rows.maybe_text(3);
    task.status = static_cast<types::Status>(rows.integer(4));
    task.priority = static_cast<types::Priority>(rows.integer(5));
    task.tags = tags_from_json(rows.text(6));
    if (const auto due_at = rows.maybe_integer(7)) {
        task.due_date = types::Due{to_instant(*due_at), rows.integer(8) != 0};
    }
    task.created_at = to_instant(rows.integer(9));
    task.updated_at = to_instant(rows.integer(10));
    if (const auto completed_at = rows.maybe_integer(11)) {
        task.completed_at = to_instant(*completed_at);
    }
    task.version = rows.integer(12);
    row.last_change = rows.integer(13);
    return row;
}

std::optional<TaskRow> find_task(db::sqlite::Connection& connection, std::string_view user_id,
                                 const types::TaskRef& task)
{
    static const std::string by_id = fmt::format(
        "SELECT {} FROM users JOIN tasks ON tasks.id = ?2 AND tasks.user_key = users.user_key"
        " WHERE users.user_id = ?1",
        task_columns);
    static const std::string by_number = fmt::format(
        "SELECT {} FROM users JOIN tasks ON tasks.task_key = (users.user_key << 32) + ?2"
        " AND tasks.user_key = users.user_key WHERE users.user_id = ?1",
        task_columns);

    const auto* id = std::get_if<base::Uuid>(&task);
    if (id == nullptr && std::get<std::int64_t>(task) > number_mask) return std::nullopt;
    auto rows = id != nullptr
                    ? connection.query(by_id, {user_id, *id})
                    : connection.query(by_number, {user_id, std::get<std::int64_t>(task)});
    if (!rows.step()) return std::nullopt;
    return read_task(rows, user_id);
}

TaskRow get_task(db::sqlite::Connection& connection, std::string_view user_id,
                 const types::TaskRef& task, const std::optional<types::TagCondition>& condition)
{
    auto row = find_task(connection, user_id, task);
    if (!row) throw base::Error{base::ErrorCode::not_found, "Task not found."};
    check_condition(condition, row->task);
    return std::move(*row);
}

}  // namespace todod::store::sqlite
