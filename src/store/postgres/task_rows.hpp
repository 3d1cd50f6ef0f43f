#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/parameters.hpp"
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

/// Adds three parameters: the first and the last place (int4[]) of each task's tags in a list of
/// all of them (text[]), which is sliced. Arrays of arrays will not do: PostgreSQL's are square.
void add_tags(db::postgres::Parameters& to, const std::vector<const types::Task*>& tasks);

}  // namespace todod::store::postgres
