#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "db/postgres/connection.hpp"
#include "store/postgres/task_writes.hpp"

namespace todod::store::postgres {

/// What the ways to make tasks in sets have in common.
using CreateBatch = std::vector<CreateTask*>;

/// A user of a batch, and how many tasks are made for it.
struct TaskOwner {
    std::string_view user_id;
    std::optional<std::int64_t> generation;  ///< that the account must be at
    std::int64_t count = 0;
};

void refuse(CreateTask& request, base::ErrorCode code, const char* message);
void refuse_id(CreateTask& request);

/// By user, so that their rows are locked in that order; within one as they came.
template <class Request>
void sort_by_user(std::vector<Request*>& batch)
{
    std::ranges::sort(batch, {},
                      [](auto* each) { return std::tie(each->task.user_id, each->since); });
}

std::vector<TaskOwner> owners_of(const CreateBatch& sorted);

/// Makes the tasks of a batch that is sorted by user, and logs them. Numbers are given out, in its
/// order, under the lock that the UPDATE takes on the user's row. Gives what number_tasks reads.
db::postgres::Command insert_tasks(const CreateBatch& sorted, const std::vector<TaskOwner>& owners);

/// Gives what was made its number, by what insert_tasks gave. Whose account is not there, or is not
/// as expected, is refused or unconfirmed.
void number_tasks(const db::postgres::Rows& rows, const CreateBatch& sorted,
                  const std::vector<TaskOwner>& owners);

/// The places, counted from 1 and the last one first, of those whose id a stored task has.
db::postgres::Command find_stored_ids(const CreateBatch& batch);

}  // namespace todod::store::postgres
