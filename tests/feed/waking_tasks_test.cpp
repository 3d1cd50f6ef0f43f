#include "feed/waking_tasks.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::feed {
namespace {

using testing::error_of;
using testing::new_task;

class WakingTasksTest : public ::testing::Test, public testing::TestDatabase {
protected:
    WakingTasksTest()
    {
        add_user("ada");
        hub_.gather_for([] {});
    }

    types::Task create() { return run(waking_->create("ada", new_task("ada", "Tea", now()))); }
    base::Instant now() { return clock().now(); }

    /// Whether Ada, and nobody else, was woken since it was asked last.
    bool was_woken()
    {
        const auto users = hub_.take_grown().users;
        EXPECT_TRUE(users.empty() || users == std::vector{key_of("ada")});
        return !users.empty();
    }

    static types::TaskChange renamed()
    {
        types::TaskChange change;
        change.title = "Coffee";
        return change;
    }

    Hub hub_;
    const std::unique_ptr<store::Tasks> waking_ = wake_after_writes(database().tasks(), hub_);
};

TEST_F(WakingTasksTest, wake_after_each_kind_of_write)
{
    const auto task = create();
    EXPECT_TRUE(was_woken());
    run(waking_->update("ada", task.number, std::nullopt, renamed(), now()));
    EXPECT_TRUE(was_woken());
    run(waking_->remove("ada", task.number, std::nullopt, now()));
    EXPECT_TRUE(was_woken());
    store::Idempotency once{
        .operation = "create_task", .key = "key", .fingerprint = "of Tea", .now = now()};
    run(waking_->create_once("ada", new_task("ada", "Tea", now()), std::move(once)));
    EXPECT_TRUE(was_woken());
    store::WriteRequest request{.now = now()};
    request.writes.emplace_back(store::RestoreTask{task.number});
    EXPECT_TRUE(run(waking_->write("ada", std::move(request))).is_done);
    EXPECT_TRUE(was_woken());
}

TEST_F(WakingTasksTest, wake_nobody_where_nothing_was_written)
{
    const auto task = create();
    ASSERT_TRUE(was_woken());
    run(waking_->find("ada", task.number));
    run(waking_->list("ada", {}));
    EXPECT_EQ(error_of([&] { run(waking_->remove("ada", 99, std::nullopt, now())); }).code(),
              base::ErrorCode::not_found);
    EXPECT_EQ(
        error_of([&] { run(waking_->update("ada", 99, std::nullopt, renamed(), now())); }).code(),
        base::ErrorCode::not_found);
    store::WriteRequest tried{.now = now(), .is_dry_run = true};
    tried.writes.emplace_back(store::TrashTask{task.number});
    run(waking_->write("ada", std::move(tried)));
    store::WriteRequest refused{.now = now()};
    refused.writes.emplace_back(store::TrashTask{task.number});
    refused.writes.emplace_back(store::TrashTask{99});
    EXPECT_FALSE(run(waking_->write("ada", std::move(refused))).is_done);
    EXPECT_FALSE(was_woken());
}

}  // namespace
}  // namespace todod::feed
