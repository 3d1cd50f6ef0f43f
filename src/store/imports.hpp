#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "types/change.hpp"
#include "types/task.hpp"

namespace todod::store {

/// One run of an import in the logs of changes: a change set for each user.
struct ImportRun {
    base::Instant at{};
    types::Origin origin{.via = types::Via::import};
    /// Of those who have got tasks already. Kept by the store.
    std::map<std::string, std::int64_t> changesets{};
};

/// What an operator brings in from elsewhere, in large sets. What is answered is durable.
class Imports {
public:
    virtual ~Imports() = default;

    /// Makes the tasks for the users that they name, numbered in their order, but for those whose
    /// id their user has a task with; gives which were made. Of one user's all are done or, where
    /// it throws, none: Error{unauthorized} when a user is not there (any more). `run`, which the
    /// caller owns, is the same for all that is made in one run.
    virtual base::Async<std::vector<bool>> make_tasks(std::vector<types::Task> tasks,
                                                      ImportRun& run) = 0;

    /// Whether there was an account that must not come back.
    virtual base::Async<bool> is_deleted(std::string user_id) = 0;
};

}  // namespace todod::store
