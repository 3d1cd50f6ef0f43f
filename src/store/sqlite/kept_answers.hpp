#pragma once

#include <optional>
#include <string>

#include "db/sqlite/connection.hpp"
#include "store/idempotency.hpp"

namespace todod::store::sqlite {

/// What `user_id` is to be answered again, if anything. Throws as check_fingerprint does.
std::optional<KeptAnswer> find_answer(db::sqlite::Connection& connection,
                                      const std::string& user_id, const Idempotency& request);

/// Keeps `answer` for the same request again, in place of one that has expired; forgets a few of
/// the user's that have expired, too.
void keep_answer(db::sqlite::Connection& connection, const std::string& user_id,
                 const Idempotency& request, const std::string& answer);

/// See Database::forget_answers; users are in the order of their user_key.
std::optional<std::string> forget_answers(db::sqlite::Connection& connection,
                                          const std::string& after, base::Instant until);

/// Erases at most `limit` of the user's; gives how many.
std::int64_t erase_answers(db::sqlite::Connection& connection, const std::string& user_id,
                           std::int64_t limit);

}  // namespace todod::store::sqlite
