#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/postgres/connection.hpp"
#include "db/postgres/pool.hpp"
#include "store/idempotency.hpp"

namespace todod::store::postgres {

/// A request with a key, and whose it is. Both are whoever asks'.
struct KeyedRequest {
    std::string_view user_id;
    const Idempotency* request;
};

/// What is kept for each of `requests`, expired or not. Who goes by it has locked the users' rows
/// before, in the same transaction: then it stays so.
db::postgres::Command find_answers(const std::vector<KeyedRequest>& requests);

/// What find_answers gave, by the places of the `count` requests. Nothing where nothing is kept.
std::vector<std::optional<KeptAnswer>> read_answers(const db::postgres::Rows& rows,
                                                    std::size_t count);

/// An answer to keep, in place of one that has expired where there is one.
struct AnswerToKeep {
    KeyedRequest to;
    std::string answer;
    bool replaces = false;
};

/// Adds what keeps `answers`, of which there is at least one. Forgets a few that have expired, of
/// the same users, on the way.
void add_keep_answers(std::vector<db::postgres::Command>& commands,
                      const std::vector<AnswerToKeep>& answers);

/// See Database::forget_answers; users are in the order of their user_id.
base::Async<std::optional<std::string>> forget_answers(db::postgres::Pool& pool, std::string after,
                                                       base::Instant until);

/// Erases at most $2 of the answers of user $1.
inline constexpr std::string_view erase_answers_sql =
    "DELETE FROM idempotency_keys k USING (SELECT o.user_id, o.operation, o.key"
    " FROM idempotency_keys o WHERE o.user_id = $1 LIMIT $2) old WHERE k.user_id = $1"
    " AND k.user_id = old.user_id AND k.operation = old.operation AND k.key = old.key";

}  // namespace todod::store::postgres
