#include "store/sqlite/tasks.hpp"

#include <gtest/gtest.h>

#include "support/one_batch.hpp"
#include "support/sqlite.hpp"
#include "support/tasks.hpp"

namespace todod::store::sqlite {
namespace {

using testing::all;
using testing::create_task;
using testing::new_task;
using testing::run_as_one_batch;
using types::Task;

class BatchedTasks : public ::testing::Test, public testing::SqliteDatabase {};

TEST_F(BatchedTasks, one_that_is_made_and_removed_in_a_batch_is_gone)
{
    add_user("ada");
    const Task task = new_task("ada", "short");
    const auto make = [](store::Tasks& store, Task made) -> base::Async<void> {
        co_await create_task(store, std::move(made));
    };
    run_as_one_batch(*this, all(make(tasks(), task),
                                tasks().remove("ada", task.id, std::nullopt, clock().now())));
    EXPECT_EQ(run(tasks().find("ada", task.id)), std::nullopt);
    EXPECT_EQ(run(tasks().list("ada", {})).total, 0);
    EXPECT_EQ(run(create_task(tasks(), new_task("ada", "next"))).number, 2);
}

}  // namespace
}  // namespace todod::store::sqlite
