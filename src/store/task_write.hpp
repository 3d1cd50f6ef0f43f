#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "store/idempotency.hpp"
#include "types/change.hpp"

namespace todod::store {

/// Makes a task, as store::Tasks::create.
struct MakeTask {
    types::Task task;
};

struct ChangeTask {
    types::TaskRef task;
    std::optional<types::TagCondition> condition{};
    types::TaskChange change{};
};

/// Moves a task to the trash.
struct TrashTask {
    types::TaskRef task;
    std::optional<types::TagCondition> condition{};
};

/// Takes a task back out of the trash; of several with the same id the one that went last.
struct RestoreTask {
    types::TaskRef task;
};

/// Takes it out for good.
struct PurgeTask {
    types::TaskRef task;
};

/// Takes one change of the log back: what it has changed becomes what it was before.
/// Error{conflict} where that has been changed since, which says what.
struct RevertChange {
    types::Change change;
};

using TaskWrite =
    std::variant<MakeTask, ChangeTask, TrashTask, RestoreTask, PurgeTask, RevertChange>;

/// Writes of one user, done in their order.
struct WriteRequest {
    std::vector<TaskWrite> writes{};
    base::Instant now{};
    bool is_atomic = true;                 ///< one that is refused takes all back
    bool is_dry_run = false;               ///< all are taken back
    std::optional<std::int64_t> undoes{};  ///< the change set that they take back
    /// Something: they are done once, and whoever asks again gets the first outcome.
    std::optional<Idempotency> idempotency{};
};

/// What became of one write.
struct WriteResult {
    /// As it is then; of one that was moved to the trash, or purged, as it was. Nothing: refused.
    std::optional<types::Task> task{};
    std::optional<base::Error> failure{};
    /// Of a change that is not taken back: the fields that have been changed since.
    std::vector<std::string> changed_since{};
    /// And what its task is called; nothing: there is none any more. Of an undo that was kept also
    /// what a task is called that was changed: of the first thousand.
    std::optional<std::string> title{};
};

struct WriteOutcome {
    std::vector<WriteResult> results{};    ///< by place
    std::vector<types::Change> changes{};  ///< that were made, or would be; in their order
    /// False: nothing has been done, for one was refused and they were atomic.
    bool is_done = true;
    /// It is that of an earlier request with the same key; its changes are not told again.
    bool is_replayed = false;
};

/// What a task can be named by, for good.
struct TaskName {
    base::Uuid id{};
    std::int64_t number = 0;
};

/// What is kept for a key of writes that are done: what became of each, and the set that they made.
/// Of an undo, which may be of thousands of tasks, their names are kept and not the tasks: neither
/// what it took back nor how that went is to be read from the log, which grows and is forgotten.
struct KeptOutcome {
    WriteOutcome outcome{};
    std::optional<std::int64_t> changeset_id{};
    std::optional<std::int64_t> undoes{};  ///< of the request
    std::vector<TaskName> undone_tasks{};  ///< of an undo, by place
};

/// The tasks of the changes that `request` takes back, by place.
std::vector<TaskName> undone_tasks_of(const WriteRequest& request);

std::string to_answer(const KeptOutcome& kept);
KeptOutcome outcome_of(std::string_view answer);

}  // namespace todod::store
