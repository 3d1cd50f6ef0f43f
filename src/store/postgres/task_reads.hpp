#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/postgres/reads.hpp"
#include "store/postgres/page_cache.hpp"
#include "store/postgres/user_request.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// One request for one task.
struct FindTask : UserRequest {
    types::TaskRef ref;
    db::postgres::SharedRows rows{};  ///< the answer
    int row = -1;                     ///< of these, its own; -1: there is no such user
};

/// One request for a page that is_plain.
struct ListPlainTasks : UserRequest {
    TaskQuery query;
    std::shared_ptr<const KeptPage> kept{};  ///< as it was before, if that is known
    db::postgres::SharedRows rows{};         ///< the answer, unless it is as it was
    int first_row = 0;                       ///< of these, its own
    int row_count = 0;
    std::int64_t total = 0;  ///< unless it is as it was
    /// With which the user's log ended, then or a moment before; nothing: there is no such user.
    std::optional<std::int64_t> last_change{};
};

/// Whether a page can be asked for together with others: newest or oldest first, by status at most,
/// and not so long that a batch of them would be heavy.
bool is_plain(const TaskQuery& query);

/// About how many rows the server goes through for a page that is_plain.
std::size_t estimate_rows(const TaskQuery& query);

/// What came of a request that has been served.
std::optional<types::Task> read(const FindTask& request);
TaskPage read(const ListPlainTasks& request);

/// Each asks for all of `batch` at once.
db::postgres::Question find_tasks(const std::vector<FindTask*>& batch);
db::postgres::Question list_plain_tasks(const std::vector<ListPlainTasks*>& batch);

}  // namespace todod::store::postgres
