#include <gtest/gtest.h>

#include <thread>

#include "support/database.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::store::postgres {
namespace {

using types::Task;

class TaskWrites : public ::testing::Test, public testing::TestDatabase {
protected:
    TaskWrites() : TestDatabase(testing::DatabaseKind::postgres)
    {
        add_user("ada");
        run(testing::create_task(tasks(), testing::new_task("ada", "Tea")));
    }

    bool is_anyone_waiting() const
    {
        for (int i = 0; i < 1000; ++i) {
            if (ask("SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND wait_event_type = 'Lock' LIMIT 1") == "1") {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
        return false;
    }
};

TEST_F(TaskWrites, keep_what_the_release_before_is_changing)
{
    testing::PlainPostgres before{url()};
    before.ask("BEGIN");
    before.ask("UPDATE tasks SET description = 'with milk', version = version + 1");
    testing::Together<Task> together{loop()};
    std::vector<base::Async<Task>> writes;
    writes.push_back(tasks().update("ada", 1, std::nullopt, {.title = "Green tea"}, clock().now()));
    together.start(std::move(writes));
    ASSERT_TRUE(is_anyone_waiting());
    before.ask("COMMIT");
    const auto outcomes = together.finish();
    ASSERT_TRUE(outcomes.at(0).value);
    EXPECT_EQ(outcomes[0].value->description, "with milk");
    EXPECT_EQ(outcomes[0].value->version, 3);
    EXPECT_EQ(ask("SELECT title || ' ' || description FROM tasks"), "Green tea with milk");
}

}  // namespace
}  // namespace todod::store::postgres
