#pragma once

#include <vector>

#include "db/postgres/connection.hpp"
#include "store/task_ledger.hpp"

namespace todod::store::postgres {

/// What is asked for a batch of ledgers: whose rows, and the tasks that are named. `users` are
/// sorted, and so are the places in what is read. One flight: BEGIN, the users, locked, then what
/// they have.
struct LedgerRequest {
    std::vector<std::string_view> users{};
    std::vector<NamedTasks> named{};  ///< by user
};
std::vector<db::postgres::Command> load_ledgers(const LedgerRequest& request);

/// The ledger of a user, who is there, and the generation that the account is at.
struct LockedLedger {
    TaskLedger ledger;
    std::int64_t generation = 0;
};

/// What a statement on so many tasks is prepared under: large sets are planned anew, for what the
/// tables have by then. The plan that is kept may be of a time when they were empty, and goes
/// through all of a user's tasks for each.
std::string_view name_for(std::size_t tasks, std::string_view name);

/// What load_ledgers gave, by place of the user; nothing where there is no such user.
std::vector<std::optional<LockedLedger>> read_ledgers(const std::vector<db::postgres::Rows>& rows,
                                                      const LedgerRequest& request);

/// Adds what stores what `ledgers` have otherwise than the database has it.
void add_store_ledgers(std::vector<db::postgres::Command>& commands,
                       const std::vector<const TaskLedger*>& ledgers);

}  // namespace todod::store::postgres
