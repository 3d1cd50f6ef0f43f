#pragma once

#include "db/sqlite/reader.hpp"
#include "db/sqlite/writer.hpp"
#include "store/tasks.hpp"

namespace todod::store::sqlite {

class Tasks final : public store::Tasks {
public:
    Tasks(db::sqlite::Reader& reader, db::sqlite::LoopWriter& writer)
        : reader_(reader), writer_(writer)
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
    db::sqlite::Reader& reader_;
    db::sqlite::LoopWriter& writer_;
};

}  // namespace todod::store::sqlite
