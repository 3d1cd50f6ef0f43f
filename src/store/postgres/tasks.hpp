#pragma once

#include "base/loop.hpp"
#include "store/postgres/gathers.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// One I/O thread's. Asks in sets: what waits is gathered by kind (docs/adr/0003-sets.md).
class Tasks final : public store::Tasks {
public:
    /// All must outlive this.
    Tasks(Gathers& gathers, StandingCache& standings, base::Loop& loop)
        : gathers_(gathers), standings_(standings), loop_(loop)
    {
    }

    base::Async<std::optional<types::Task>> find(User user, types::TaskRef task) override;
    base::Async<TaskPage> list(User user, TaskQuery query) override;
    base::Async<types::Task> create(User user, types::Task task) override;
    base::Async<MadeTask> create_once(User user, types::Task task,
                                      Idempotency idempotency) override;
    base::Async<types::Task> update(User user, types::TaskRef task,
                                    std::optional<types::TagCondition> condition,
                                    types::TaskChange change, base::Instant now) override;
    base::Async<void> remove(User user, types::TaskRef task,
                             std::optional<types::TagCondition> condition,
                             base::Instant now) override;
    base::Async<WriteOutcome> write(User user, WriteRequest request) override;

private:
    template <class Gather, class Request>
    base::Async<void> ask(Gather& gather, Request& request, std::optional<User::Sighting> seen);
    void put(const types::Task& task, std::optional<std::int64_t> seq, types::ChangeKind kind);
    base::Async<TaskPage> list_plain(User user, TaskQuery query);
    base::Async<TaskPage> list_other(User user, TaskQuery query);
    base::Async<types::Task> write_one(User user, TaskWrite write, base::Instant now);
    base::Async<std::int64_t> confirm(std::string user_id, Issue issue);

    Gathers& gathers_;
    StandingCache& standings_;
    base::Loop& loop_;
};

}  // namespace todod::store::postgres
