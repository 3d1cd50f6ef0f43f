#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "db/sqlite/connection.hpp"

namespace todod::store::sqlite {

/// The search index (FTS5) is brought up to date once a batch, in its transaction, by two
/// statements for all tasks that have changed: a statement a task costs five times as much
/// (docs/adr/0003-sets.md). Until then the writer keeps which have changed in a temporary table.

/// Makes the temporary table; once a connection.
void prepare_task_words(db::sqlite::Connection& connection);

/// Brings the index up to date with what has been noted; at the end of a batch.
void index_task_words(db::sqlite::Connection& connection);

/// Notes a task that is new.
void note_new_words(db::sqlite::Connection& connection, std::int64_t task_key);

/// Notes a task whose words are about to change or go. The index needs them as they were.
void note_old_words(db::sqlite::Connection& connection, std::int64_t task_key,
                    std::string_view title, const std::optional<std::string>& description);

/// The same of a task that still stands in the table as it was.
void note_words_of_task(db::sqlite::Connection& connection, std::string_view user_id,
                        std::int64_t task_key);

/// Notes a user's `limit` oldest tasks, which are about to go.
void note_words_of(db::sqlite::Connection& connection, std::string_view user_id,
                   std::int64_t limit);

}  // namespace todod::store::sqlite
