#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sqlite/connection.hpp"
#include "store/task_ledger.hpp"

namespace todod::store::sqlite {

/// The user's ledger with all that `writes` need; nothing when there is no such user.
std::optional<TaskLedger> load_ledger(db::sqlite::Connection& connection,
                                      const std::string& user_id,
                                      const std::vector<TaskWrite>& writes);

/// Stores what has changed in it, and its log: in the transaction in which it was loaded.
void store_ledger(db::sqlite::Connection& connection, const TaskLedger& ledger,
                  std::string_view stored_origin);

}  // namespace todod::store::sqlite
