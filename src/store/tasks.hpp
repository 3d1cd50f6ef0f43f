#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/async.hpp"
#include "store/accounts.hpp"
#include "store/idempotency.hpp"
#include "store/task_write.hpp"
#include "types/task.hpp"
#include "types/task_input.hpp"

namespace todod::store {

/// A bound on due dates: what is compared with instants, and with whole days.
struct DueBound {
    base::Instant instant;
    std::chrono::sys_days day;

    bool operator==(const DueBound&) const = default;
};

struct TaskFilter {
    types::StatusFilter status = types::StatusFilter::all;
    std::optional<types::Priority> priority{};
    std::vector<std::string> tags{};       ///< all of them
    std::optional<std::string> words{};    ///< all of them, in title or description
    std::optional<DueBound> due_before{};  ///< excluded
    std::optional<DueBound> due_after{};   ///< included
    bool not_completed = false;

    bool empty() const noexcept;
    bool operator==(const TaskFilter&) const = default;
};

/// Where a page ended: the sort key of its last task (none: it has no due date, or the order is
/// by creation) and its number.
struct TaskPosition {
    std::variant<std::monostate, std::int64_t, std::string> key;
    std::int64_t number = 0;
};

struct TaskQuery {
    TaskFilter filter{};
    types::Sort sort{};
    /// What is added to a whole day's midnight in UTC to get the moment it is sorted by.
    std::chrono::milliseconds day_end{};
    std::optional<TaskPosition> after{};
    std::int64_t skip = 0;
    std::int64_t limit = 100;
};

struct TaskPage {
    std::vector<types::Task> tasks;
    std::int64_t total = 0;            ///< that the filter lets through, on all pages
    std::optional<TaskPosition> next;  ///< there is more after this
};

/// Where a page of `query` ends that ends with `task`.
TaskPosition position_of(const types::Task& task, const TaskQuery& query);

/// Whether `page` is all that the query lets through, so that its tasks are to be counted rather
/// than what another statement has counted a moment before.
bool is_whole(const TaskQuery& query, const TaskPage& page);

/// Throws Error{precondition_failed} when `condition` does not hold of `task`.
void check_condition(const std::optional<types::TagCondition>& condition, const types::Task& task);

/// A task that was made, now or by an earlier request with the same key.
struct MadeTask {
    types::Task task;  ///< as it was then
    bool is_replayed = false;
};

/// Every user's tasks. Whatever is done is done to `user`'s alone. What is answered is durable, and
/// stands in the user's log (store/changes.hpp), as a part of the change set of `user`. All throw
/// Error{unauthorized} when the account has gone, or its tokens have, since it was seen.
class Tasks {
public:
    virtual ~Tasks() = default;

    virtual base::Async<std::optional<types::Task>> find(User user, types::TaskRef task) = 0;

    virtual base::Async<TaskPage> list(User user, TaskQuery query) = 0;

    /// Gives `task` its number. Throws Error{conflict} when the user has a task with its id,
    /// Error{unauthorized} when there is no such user: the account has just been deleted.
    virtual base::Async<types::Task> create(User user, types::Task task) = 0;

    /// create, unless the user has asked for the same before: then what was made then, even where
    /// it has been changed or deleted since. Throws Error{invalid} when the key stands for another
    /// request, and as create does.
    virtual base::Async<MadeTask> create_once(User user, types::Task task,
                                              Idempotency idempotency) = 0;

    /// Throws Error{not_found}, and Error{precondition_failed} when `condition` does not hold.
    /// Gives the task as it is then; a change that changes nothing leaves its version as it was.
    virtual base::Async<types::Task> update(User user, types::TaskRef task,
                                            std::optional<types::TagCondition> condition,
                                            types::TaskChange change, base::Instant now) = 0;

    /// Moves it to the trash. Throws as update does.
    virtual base::Async<void> remove(User user, types::TaskRef task,
                                     std::optional<types::TagCondition> condition,
                                     base::Instant now) = 0;

    /// Does several in one transaction. What is refused stands in the outcome.
    virtual base::Async<WriteOutcome> write(User user, WriteRequest request) = 0;
};

}  // namespace todod::store
