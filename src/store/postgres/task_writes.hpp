#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "db/postgres/reads.hpp"
#include "store/postgres/user_request.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// Stands for the set of a user whose first change is the user's first of the batch.
inline constexpr std::int64_t set_of_batch = 0;

/// One request of a user who writes.
struct WriteRequestOfUser : UserRequest {
    std::string origin{};  ///< as it is kept
    /// The set that it belongs to; in the end also that which it has begun.
    std::optional<std::int64_t> changeset_id{};
};

struct CreateTask : WriteRequestOfUser {
    types::Task task{};                 ///< with its number, in the end
    std::optional<base::Instant> at{};  ///< when it is made; nothing: now, as the server has it
    /// Made out of the task by who asks, so that the line's thread is free for others.
    std::string title_folded{};
    db::postgres::Lexemes terms{};
    std::string state{};  ///< as the log keeps it
};

/// Fills in what is made out of the task.
void prepare(CreateTask& request);

/// A CreateTask that is answered what the first one with its key was.
struct CreateTaskOnce : CreateTask {
    Idempotency idempotency{};
    std::optional<types::Task> first{};  ///< what had been made before; nothing: `task` was made
};

/// What most changes are: a task is completed, or that is taken back.
struct CompleteTask : WriteRequestOfUser {
    base::Uuid id{};
    std::optional<bool> completed{};  ///< nothing: the other of the two
    base::Instant now{};
    bool is_deferred = false;  ///< another of the batch was its task's: it has to come again
    /// The outcome. Nothing, and not deferred: it has to be asked as a WriteTasks.
    db::postgres::SharedRows rows{};
    int row = 0;  ///< of these, its own
};

/// The task of a CompleteTask that has its outcome, as it is now.
types::Task read(const CompleteTask& request);

/// Any other writes.
struct WriteTasks : UserRequest {
    WriteRequest request{};
    types::Origin origin{};
    std::optional<std::int64_t> changeset_id{};  ///< as WriteRequestOfUser's
    WriteOutcome outcome{};
};

/// Each does all of `batch` in one transaction, and adds what it changes to the log. A request that
/// must be refused gets its own failure, and the others are done. Whoever writes locks the rows of
/// the users first, in the order of their user_id: nobody else writes to what is theirs meanwhile.
base::Async<void> create_tasks(db::postgres::Pool& pool, std::vector<CreateTask*> batch);
base::Async<void> create_tasks_once(db::postgres::Pool& pool, std::vector<CreateTaskOnce*> batch);
base::Async<void> complete_tasks(db::postgres::Pool& pool, std::vector<CompleteTask*> batch);
base::Async<void> write_tasks(db::postgres::Pool& pool, std::vector<WriteTasks*> batch);

/// The users of a batch, sorted, each once.
template <class Request>
std::vector<std::string_view> users_of(const std::vector<Request*>& batch)
{
    std::vector<std::string_view> users;
    users.reserve(batch.size());
    for (const Request* const each : batch)
        users.push_back(each->user_id);
    std::ranges::sort(users);
    const auto repeated = std::ranges::unique(users);
    users.erase(repeated.begin(), repeated.end());
    return users;
}

}  // namespace todod::store::postgres
