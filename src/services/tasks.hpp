#pragma once

#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "store/tasks.hpp"
#include "types/batch.hpp"
#include "types/change_output.hpp"
#include "types/task_input.hpp"

namespace todod::services {

/// A page, and where the next one begins.
struct TaskList {
    std::vector<types::Task> tasks;
    std::int64_t total = 0;
    std::optional<std::string> next_cursor;

    // What cursors are made of beside a task.
    types::Sort sort{};
    std::string fingerprint{};
    std::chrono::milliseconds day_end{};
};

/// Where the page after `last` begins, which is a task of `list`.
std::string cursor_after(const types::Task& last, const TaskList& list);

/// What may be done with tasks, and what follows from it. Each call acts for `user` and sees
/// no other user's tasks.
class Tasks {
public:
    /// All must outlive this.
    Tasks(store::Tasks& store, const base::Clock& clock, base::Random& random)
        : store_(store), clock_(clock), random_(random)
    {
    }

    /// Throws Error{conflict} when the user has a task with the chosen id, Error{unauthorized} when
    /// the account has been deleted meanwhile.
    base::Async<types::Task> create(store::User user, types::CreateTask input);

    /// create for an input with a key: what the first request with it has made, where there was
    /// one. Throws Error{invalid} when that asked for something else, and as create does. `beside`
    /// is what the same request asks for beside this task, in whatever words.
    base::Async<store::MadeTask> create_once(store::User user, types::CreateTask input,
                                             std::string beside = {});

    /// Throws Error{not_found}.
    base::Async<types::Task> get(store::User user, types::TaskRef task);

    /// Throws Error{invalid} for a cursor that is not of this query.
    base::Async<TaskList> list(store::User user, types::ListTasks input);

    /// The three throw Error{not_found}, and Error{precondition_failed} when If-Match does not
    /// hold.
    base::Async<types::Task> update(store::User user, types::UpdateTask input);
    base::Async<types::Task> complete(store::User user, types::CompleteTask input);
    base::Async<void> remove(store::User user, types::DeleteTask input);

    /// What each would change. Throw as they do; what is kept for a key is not asked for.
    base::Async<types::Preview> preview(store::User user, types::CreateTask input);
    base::Async<types::Preview> preview(store::User user, types::UpdateTask input);
    base::Async<types::Preview> preview(store::User user, types::CompleteTask input);
    base::Async<types::Preview> preview(store::User user, types::DeleteTask input);

    /// Does all that it lists in one transaction; what is refused stands in the outcome. Throws
    /// Error{invalid} for operations that say too little or too much, and does nothing then. With a
    /// key it is done once, as create_once; what was refused as a whole is not kept.
    base::Async<store::WriteOutcome> write(store::User user, types::Batch input);

private:
    types::Task new_task(const store::User& user, types::TaskFields& input, base::Instant now);
    store::TaskWrite write_of(const store::User& user, types::BatchOperation& operation,
                              base::Instant now);
    base::Async<types::Preview> preview(store::User user, store::TaskWrite write,
                                        base::Instant now);
    base::Async<types::TagCondition> check_as_shown(store::User user,
                                                    const types::UpdateTask& input);
    base::Async<types::Task> update_as_shown(store::User user, types::UpdateTask input,
                                             types::TaskChange change);

    store::Tasks& store_;
    const base::Clock& clock_;
    base::Random& random_;
};

}  // namespace todod::services
