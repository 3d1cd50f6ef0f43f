#pragma once

#include <cstdint>
#include <optional>

#include "db/sqlite/connection.hpp"
#include "types/task.hpp"

namespace todod::store::sqlite {

std::optional<std::int64_t> due_at(const types::Task& task);
bool due_whole_day(const types::Task& task);

/// Makes `task` and gives it its number. False, and nothing done, when its user is not there or has
/// a task with its id.
bool insert_task(db::sqlite::Connection& connection, types::Task& task);

bool has_user(db::sqlite::Connection& connection, const std::string& user_id);

}  // namespace todod::store::sqlite
