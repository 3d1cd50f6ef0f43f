#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/binary.hpp"
#include "types/task.hpp"

namespace todod::store::postgres {

/// What a task is found by: its words and tags, as the column `terms` has them. Each begins with
/// some characters that stand for its user, so that a search goes through what is that user's and
/// nothing else. Several users may have the same: a query names its user_id all the same.
db::postgres::Lexemes terms_of(const types::Task& task);

/// The tsquery that finds `user_id`'s tasks with all of `words` and `tags`. None of them: empty.
std::string query_of(std::string_view user_id, const std::vector<std::string>& words,
                     const std::vector<std::string>& tags);

}  // namespace todod::store::postgres
