#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/sqlite/connection.hpp"
#include "types/task.hpp"

namespace todod::store::sqlite {

/// Of a task_key: the task's number; of a change_key: the seq.
inline constexpr std::int64_t number_mask = 0xFFFF'FFFF;

/// A task as it stands in the table.
struct TaskRow {
    std::int64_t task_key = 0;
    std::int64_t last_change = 0;  ///< in the user's log
    types::Task task;
};

/// What read_task reads, in this order, of the table `tasks`.
inline constexpr std::string_view task_columns =
    "tasks.task_key, tasks.id, tasks.title, tasks.description, tasks.status, tasks.priority,"
    " tasks.tags, tasks.due_at, tasks.due_whole_day, tasks.created_at, tasks.updated_at,"
    " tasks.completed_at, tasks.version, tasks.last_change";

/// The present row of a query for task_columns, a task of `user_id`.
TaskRow read_task(const db::sqlite::Rows& rows, std::string_view user_id);

std::optional<TaskRow> find_task(db::sqlite::Connection& connection, std::string_view user_id,
                                 const types::TaskRef& task);

/// find_task for a write: throws Error{not_found}, or Error{precondition_failed} when `condition`
/// does not hold.
TaskRow get_task(db::sqlite::Connection& connection, std::string_view user_id,
                 const types::TaskRef& task, const std::optional<types::TagCondition>& condition);

inline std::int64_t to_integer(base::Instant instant)
{
    return instant.time_since_epoch().count();
}

inline std::optional<std::int64_t> to_integer(std::optional<base::Instant> instant)
{
    if (!instant) return std::nullopt;
    return to_integer(*instant);
}

inline base::Instant to_instant(std::int64_t milliseconds)
{
    return base::Instant{std::chrono::milliseconds{milliseconds}};
}

inline std::optional<base::Instant> maybe_instant(const db::sqlite::Rows& rows, int column)
{
    const auto milliseconds = rows.maybe_integer(column);
    if (!milliseconds) return std::nullopt;
    return to_instant(*milliseconds);
}

}  // namespace todod::store::sqlite
