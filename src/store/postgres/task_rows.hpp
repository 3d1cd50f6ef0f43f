#pragma once

#include <optional>
#include <string_view>

#include "db/postgres/rows.hpp"
#include "types/task.hpp"

namespace todod::store::postgres {

/// What read_task reads, in this order, of a table or subquery `t`.
inline constexpr std::string_view task_columns =
    "t.number, t.id, t.title, t.description, t.status, t.priority, t.tags, t.due_at,"
    " t.due_whole_day, t.created_at, t.updated_at, t.completed_at, t.version";

/// A task of `user_id` out of a row whose columns from `column` on are task_columns.
types::Task read_task(const db::postgres::Rows& rows, int row, int column,
                      std::string_view user_id);

/// What the columns due_at, due_whole_day and tags have of a task.
std::optional<base::Instant> due_at(const types::Task* task);
std::optional<bool> due_whole_day(const types::Task* task);
db::postgres::Json tags(const types::Task* task);

}  // namespace todod::store::postgres
