#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "store/accounts.hpp"
#include "store/task_write.hpp"
#include "types/change.hpp"

namespace todod::store {

/// How long what users have done is kept.
struct Retention {
    std::chrono::days changes{90};
    std::chrono::days trash{30};
};

/// Where a user's log begins and ends.
struct LogRange {
    std::int64_t first = 0;  ///< the oldest change that is kept; last + 1: none is
    std::int64_t last = 0;   ///< the seq that was given last; 0: none ever
};

struct ChangePage {
    std::vector<types::Change> changes{};  ///< in their order
    LogRange log{};
};

/// Every user's log of changes, and what is in the trash. Each call sees `user`'s alone. Where
/// there is no such user (any more) it gives nothing, or throws Error{unauthorized} as `list`
/// always does.
class Changes {
public:
    virtual ~Changes() = default;

    /// The first `limit` changes after `since`; none where `since` is the last. Throws
    /// Error{unauthorized} where there is no such user (any more).
    virtual base::Async<ChangePage> list(User user, std::int64_t since, std::int64_t limit) = 0;

    /// The first `limit` changes of a set after `since`. None where there is no such set (any
    /// more): the log does not go back to its first.
    virtual base::Async<std::vector<types::Change>> list_set(User user, std::int64_t changeset_id,
                                                             std::int64_t since,
                                                             std::int64_t limit) = 0;

    /// The last `limit` sets before `before`, newest first.
    virtual base::Async<std::vector<types::ChangeSet>> list_sets(User user, std::int64_t before,
                                                                 std::int64_t limit) = 0;

    /// The last `limit` changes of a task before `before`, newest first, be it in the trash or not.
    /// Throws Error{not_found} when it is in neither.
    virtual base::Async<std::vector<types::Change>> history(User user, types::TaskRef task,
                                                            std::int64_t before,
                                                            std::int64_t limit) = 0;

    /// The trash, what went last first: `limit` of those that went before the change `before` (0:
    /// from the start). TrashedTask::expires_at is left to be filled in.
    virtual base::Async<std::vector<types::TrashedTask>> list_trash(User user, std::int64_t before,
                                                                    std::int64_t limit) = 0;

    /// What came of the writes that the user has asked for with this key; nothing where none are
    /// kept. Throws Error{invalid} when the key stands for another request.
    virtual base::Async<std::optional<KeptOutcome>> find_outcome(User user, Idempotency once) = 0;

    /// The last seq of each of `user_ids` that is there: 0 for who has none.
    virtual base::Async<std::vector<std::int64_t>> last_seqs(std::vector<std::string> user_ids) = 0;
};

}  // namespace todod::store
