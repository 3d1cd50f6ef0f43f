#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/uuid.hpp"
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

inline std::vector<std::int64_t> numbers_of(const std::vector<types::Task>& tasks)
{
    std::vector<std::int64_t> numbers;
    for (const auto& task : tasks)
        numbers.push_back(task.number);
    return numbers;
}

}  // namespace todod::testing
