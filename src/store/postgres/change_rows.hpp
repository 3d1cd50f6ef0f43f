#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/connection.hpp"
#include "db/postgres/rows.hpp"
#include "types/change.hpp"

namespace todod::store::postgres {

/// What read_change reads, in this order, of a table or subquery `c`.
inline constexpr std::string_view change_columns =
    "c.seq, c.changeset_id, c.at, c.kind, c.task_id, c.task_number, c.version, c.before, c.after,"
    " c.origin, c.undoes, c.previous";

/// Out of a row whose columns from `column` on are change_columns.
types::Change read_change(const db::postgres::Rows& rows, int row, int column);
std::vector<types::Change> read_changes(const db::postgres::Rows& rows);

/// A change that goes into the log, and whose.
struct NewChange {
    std::string_view user_id;
    const types::Change* change;
};
db::postgres::Command insert_changes(const std::vector<NewChange>& changes);

}  // namespace todod::store::postgres
