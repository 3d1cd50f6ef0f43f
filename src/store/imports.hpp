#pragma once

#include <string>
#include <vector>

#include "base/async.hpp"
#include "types/task.hpp"

namespace todod::store {

/// What an operator brings in from elsewhere, in large sets. What is answered is durable.
class Imports {
public:
    virtual ~Imports() = default;

    /// Makes the tasks for the users that they name, numbered in their order, but for those whose
    /// id their user has a task with; gives which were made. Of one user's all are done or, where
    /// it throws, none: Error{unauthorized} when a user is not there (any more).
    virtual base::Async<std::vector<bool>> make_tasks(std::vector<types::Task> tasks) = 0;

    /// Whether there was an account that must not come back.
    virtual base::Async<bool> is_deleted(std::string user_id) = 0;
};

}  // namespace todod::store
