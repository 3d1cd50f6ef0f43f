#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/random.hpp"
#include "base/uuid.hpp"
#include "store/tasks.hpp"
#include "types/task.hpp"

namespace todod::testing {

/// A task of `user_id` as a store is asked to make it, with an id of its own.
inline types::Task new_task(std::string user_id, std::string title, base::Instant now = {})
{
    static base::SecureRandom random;
    types::Task task;
    task.id = base::make_uuid_v7(now, random);
    task.user_id = std::move(user_id);
    task.title = std::move(title);
    task.created_at = now;
    task.updated_at = now;
    return task;
}

/// Asks `store` to make `task` for the user that it names, of whom nothing is to be confirmed.
inline base::Async<types::Task> create_task(store::Tasks& store, types::Task task)
{
    store::User user{task.user_id};
    co_return co_await store.create(std::move(user), std::move(task));
}

inline std::vector<std::int64_t> numbers_of(const std::vector<types::Task>& tasks)
{
    std::vector<std::int64_t> numbers;
    for (const auto& task : tasks)
        numbers.push_back(task.number);
    return numbers;
}

}  // namespace todod::testing
