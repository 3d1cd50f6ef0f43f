#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// One request for one task.
struct FindTask : db::postgres::Waiting {
    std::string user_id;
    types::TaskRef ref;
    std::optional<types::Task> task{};  ///< the outcome
};

/// One request for a page that is_plain.
struct ListPlainTasks : db::postgres::Waiting {
    std::string user_id;
    TaskQuery query;
    TaskPage page{};  ///< the outcome
};

/// Whether a page can be asked for together with others: newest or oldest first, by status at most,
/// and not so long that a batch of them would be heavy.
bool is_plain(const TaskQuery& query);

/// Each asks for all of `batch` with one statement a kind and keeps in each what came of it.
base::Async<void> find_tasks(db::postgres::Pool& pool, std::vector<FindTask*> batch);
base::Async<void> list_plain_tasks(db::postgres::Pool& pool, std::vector<ListPlainTasks*> batch);

}  // namespace todod::store::postgres
