#pragma once

#include <cstdint>
#include <optional>

#include "db/sqlite/connection.hpp"
#include "store/sqlite/change_log.hpp"
#include "store/sqlite/task_rows.hpp"
#include "types/task.hpp"

namespace todod::store::sqlite {

std::optional<std::int64_t> due_at(const types::Task& task);
bool due_whole_day(const types::Task& task);

/// What the log is to say of a task that is made, beside what it gets by that.
struct Creation {
    std::string after;  ///< JSON: all that it says
    base::Instant at{};
};
Creation creation_of(const types::Task& task, base::Instant at);

/// Makes `task`, gives it its number, and logs it as a part of `set`. Gives that its number, which
/// a new one has then; nothing, and nothing done, when its user is not there or has a task with its
/// id.
std::optional<std::int64_t> insert_task(db::sqlite::Connection& connection, types::Task& task,
                                        const Creation& creation, std::string_view stored_origin,
                                        std::optional<std::int64_t> changeset_id);

/// Puts a task where it was, or is to be, by its key. Counts and logs nothing.
void put_task(db::sqlite::Connection& connection, const TaskRow& row);

/// Makes the task that stands under its key what `row` says. Notes no words.
void store_task(db::sqlite::Connection& connection, const TaskRow& row);

bool has_user(db::sqlite::Connection& connection, const std::string& user_id);

}  // namespace todod::store::sqlite
