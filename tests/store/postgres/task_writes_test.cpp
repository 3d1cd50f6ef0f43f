#include <gmock/gmock.h>

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

    std::uint64_t count_asked(std::string_view kind)
    {
        std::uint64_t count = 0;
        for (const db::BatchActivity& batch : storage().activity().batches)
            count += batch.kind == kind ? batch.requests : 0;
        return count;
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

TEST_F(TaskWrites, complete_a_task_several_times_at_once_one_batch_after_another)
{
    const base::Uuid id = run(tasks().find("ada", 1)).value().id;
    const auto toggle = [&](int times) {
        std::vector<base::Async<Task>> toggles;
        for (int i = 0; i < times; ++i) {
            toggles.push_back(
                tasks().update("ada", id, std::nullopt, {.toggle = true}, clock().now()));
        }
        return toggles;
    };
    run(std::move(toggle(1).front()));  // and ada has been met
    const auto completions_before = count_asked("complete");
    const auto writes_before = count_asked("write");
    testing::PlainPostgres other{url()};
    other.ask("BEGIN");
    other.ask("SELECT 1 FROM tasks FOR UPDATE");
    testing::Together<Task> first{loop()};
    first.start(toggle(1));
    ASSERT_TRUE(is_anyone_waiting());
    testing::Together<Task> others{loop()};
    others.start(toggle(3));
    other.ask("COMMIT");
    EXPECT_EQ(first.finish().front().value.value().version, 3);
    std::vector<std::int64_t> versions;
    for (const auto& outcome : others.finish())
        versions.push_back(outcome.value.value().version);
    EXPECT_THAT(versions, ::testing::ElementsAre(4, 5, 6));
    EXPECT_GT(count_asked("complete") - completions_before, 1 + 3) << "they have come again";
    EXPECT_EQ(count_asked("write"), writes_before) << "none takes the long way";
}

}  // namespace
}  // namespace todod::store::postgres
