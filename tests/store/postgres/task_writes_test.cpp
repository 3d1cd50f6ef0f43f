#include <gmock/gmock.h>

#include <thread>

#include "support/database.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::store::postgres {
namespace {

using ::testing::ElementsAre;
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

    base::Async<Task> update(const Task& task, types::TaskChange change)
    {
        return tasks().update("ada", task.id, std::nullopt, std::move(change), clock().now());
    }

    /// Asks for `writes` while `first` waits for a lock, so that they are the next batch; gives the
    /// versions that they come to.
    std::vector<std::int64_t> versions_of_batch(base::Async<Task> first,
                                                std::vector<base::Async<Task>> writes)
    {
        testing::PlainPostgres other{url()};
        other.ask("BEGIN");
        other.ask("SELECT 1 FROM tasks FOR UPDATE");
        std::vector<base::Async<Task>> firsts;
        firsts.push_back(std::move(first));
        testing::Together<Task> under_way{loop()};
        under_way.start(std::move(firsts));
        EXPECT_TRUE(is_anyone_waiting());
        testing::Together<Task> waiting{loop()};
        waiting.start(std::move(writes));
        other.ask("COMMIT");
        under_way.finish();
        std::vector<std::int64_t> versions;
        for (const auto& outcome : waiting.finish())
            versions.push_back(outcome.value.value().version);
        return versions;
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

TEST_F(TaskWrites, turn_a_task_over_several_times_at_once_one_batch_after_another)
{
    const Task task = run(tasks().find("ada", 1)).value();
    run(update(task, {.toggle = true}));  // and ada has been met
    const auto completions_before = count_asked("complete");
    const auto writes_before = count_asked("write");
    std::vector<base::Async<Task>> toggles;
    for (int i = 0; i < 3; ++i)
        toggles.push_back(update(task, {.toggle = true}));
    EXPECT_THAT(versions_of_batch(update(task, {.toggle = true}), std::move(toggles)),
                ElementsAre(4, 5, 6));
    EXPECT_GT(count_asked("complete") - completions_before, 1 + 3) << "they have come again";
    EXPECT_EQ(count_asked("write"), writes_before) << "none takes the long way";
}

TEST_F(TaskWrites, complete_a_task_twice_at_once_without_keeping_the_others_up)
{
    const Task tea = run(tasks().find("ada", 1)).value();
    const Task milk = run(testing::create_task(tasks(), testing::new_task("ada", "Milk")));
    run(update(milk, {.toggle = true}));  // and ada has been met
    const auto completions_before = count_asked("complete");
    const auto writes_before = count_asked("write");
    std::vector<base::Async<Task>> completions;
    completions.push_back(update(tea, {.completed = true}));
    completions.push_back(update(tea, {.completed = true}));
    completions.push_back(update(milk, {.toggle = true}));
    EXPECT_THAT(versions_of_batch(update(milk, {.toggle = true}), std::move(completions)),
                ElementsAre(2, 2, 4));
    EXPECT_EQ(count_asked("complete") - completions_before, 1 + 3) << "it does not come again";
    EXPECT_EQ(count_asked("write") - writes_before, 1) << "it alone takes the long way";
}

}  // namespace
}  // namespace todod::store::postgres
