#pragma once

#include "base/loop.hpp"
#include "db/postgres/pool.hpp"
#include "store/postgres/task_list.hpp"
#include "store/postgres/task_reads.hpp"
#include "store/postgres/task_writes.hpp"
#include "store/tasks.hpp"

namespace todod::store::postgres {

/// Asks in sets: what waits is gathered by kind (docs/adr/0003-sets.md).
class Tasks final : public store::Tasks {
public:
    /// Both must outlive this.
    Tasks(db::postgres::Pool& pool, base::Loop& loop);

    base::Async<std::optional<types::Task>> find(std::string user_id, types::TaskRef task) override;
    base::Async<TaskPage> list(std::string user_id, TaskQuery query) override;
    base::Async<types::Task> create(types::Task task) override;
    base::Async<types::Task> update(std::string user_id, types::TaskRef task,
                                    std::optional<types::TagCondition> condition,
                                    types::TaskChange change, base::Instant now) override;
    base::Async<void> remove(std::string user_id, types::TaskRef task,
                             std::optional<types::TagCondition> condition) override;

private:
    db::postgres::Gather<FindTask> finds_;
    db::postgres::Gather<ListPlainTasks> plain_lists_;
    db::postgres::Gather<ListTasks> lists_;
    db::postgres::Gather<CreateTask> creates_;
    db::postgres::Gather<UpdateTask> updates_;
    db::postgres::Gather<RemoveTask> removals_;
};

}  // namespace todod::store::postgres
