#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "db/postgres/gather.hpp"
#include "db/postgres/pool.hpp"
#include "store/postgres/user_request.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

struct CreateTask : UserRequest {
    types::Task task{};  ///< with its number, in the end
    /// Made out of the task by who asks, so that the line's thread is free for others.
    std::string title_folded{};
    db::postgres::Lexemes terms{};
};

/// A CreateTask that is answered what the first one with its key was.
struct CreateTaskOnce : CreateTask {
    Idempotency idempotency{};
    std::optional<types::Task> first{};  ///< what had been made before; nothing: `task` was made
};

struct UpdateTask : UserRequest {
    types::TaskRef ref;
    std::optional<types::TagCondition> condition;
    types::TaskChange change;
    base::Instant now;
    types::Task task{};  ///< the outcome
};

/// What most changes are: a task is completed, or that is taken back.
struct CompleteTask : UserRequest {
    base::Uuid id;
    std::optional<bool> completed;  ///< nothing: the other of the two
    base::Instant now;
    /// The outcome. Nothing: it has to be asked as an UpdateTask.
    std::optional<types::Task> task{};
};

struct RemoveTask : UserRequest {
    types::TaskRef ref;
    std::optional<types::TagCondition> condition;
};

/// Each does all of `batch` in one transaction. A request that must be refused gets its own
/// failure, and the others are done. Rows are locked in one order everywhere: users by user_id,
/// then tasks by user_id and id.
base::Async<void> create_tasks(db::postgres::Pool& pool, std::vector<CreateTask*> batch);
base::Async<void> create_tasks_once(db::postgres::Pool& pool, std::vector<CreateTaskOnce*> batch);
base::Async<void> update_tasks(db::postgres::Pool& pool, std::vector<UpdateTask*> batch);
base::Async<void> complete_tasks(db::postgres::Pool& pool, std::vector<CompleteTask*> batch);
base::Async<void> remove_tasks(db::postgres::Pool& pool, std::vector<RemoveTask*> batch);

}  // namespace todod::store::postgres
