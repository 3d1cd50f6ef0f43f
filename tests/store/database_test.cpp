#include "store/database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/shard.hpp"
#include "support/tasks.hpp"
#include "support/threads.hpp"
#include "support/together.hpp"

namespace todod::store {
namespace {

using base::Async;
using base::ErrorCode;
using testing::create_task;
using testing::new_task;
using testing::on_threads;
using testing::run_together;
using testing::Shard;
using types::Task;

class DatabaseTest : public ::testing::Test, public testing::TestDatabase {};

TEST_F(DatabaseTest, is_ready_with_all_migrations_that_are_known)
{
    const auto migrator = storage().migrator(clock(), false);
    EXPECT_TRUE(run(database().is_ready()));
    migrator->migrate_to(0);
    EXPECT_FALSE(run(database().is_ready()));
    migrator->migrate_to(migrator->newest());
    EXPECT_TRUE(run(database().is_ready()));
    migrator->migrate_to(migrator->newest() - 1);
    EXPECT_FALSE(run(database().is_ready()));
}

TEST_F(DatabaseTest, is_ready_with_migrations_of_a_newer_release_but_not_in_place_of_its_own)
{
    const auto migrator = storage().migrator(clock(), false);
    execute(
        "INSERT INTO schema_migrations (number, name, applied_at) "
        "SELECT number + 9000, 'newer', applied_at FROM schema_migrations");
    EXPECT_TRUE(run(database().is_ready()));
    EXPECT_TRUE(migrator->is_current());
    EXPECT_TRUE(migrator->is_ahead());
    execute(fmt::format("DELETE FROM schema_migrations WHERE number = {}", migrator->newest()));
    EXPECT_FALSE(run(database().is_ready()));
    EXPECT_FALSE(migrator->is_current());
}

TEST_F(DatabaseTest, a_thread_sees_what_another_was_told_is_done)
{
    add_user("ada");
    Shard other{*this};
    for (int i = 0; i < 50; ++i) {
        const Task task = run(create_task(tasks(), new_task("ada", "a task")));
        EXPECT_EQ(other.run(other.tasks().find("ada", task.id)), task);
        other.run(other.tasks().remove("ada", task.id, std::nullopt, {}));
        EXPECT_EQ(run(tasks().find("ada", task.id)), std::nullopt);
    }
}

TEST_F(DatabaseTest, a_user_whom_threads_meet_at_once_is_made_once)
{
    constexpr int threads = 4;
    constexpr int users = 50;
    std::array<std::unique_ptr<Shard>, threads> shards;
    for (auto& shard : shards)
        shard = std::make_unique<Shard>(*this);
    const base::Instant now = clock().now();
    on_threads(threads, [&](int index) {
        Shard& shard = *shards[static_cast<std::size_t>(index)];
        for (int i = 0; i < users; ++i) {
            const auto standing = shard.run(shard.accounts().ensure(fmt::format("u{}", i), now));
            ASSERT_TRUE(standing);
            EXPECT_EQ(standing->generation, 0);
        }
    });
    EXPECT_EQ(run(accounts().list_all()).size(), static_cast<std::size_t>(users));
}

/// What several threads do to the tasks of a few users at once.
class ManyThreads : public DatabaseTest {
protected:
    static constexpr int threads = 4;
    static constexpr int users = 3;
    static constexpr int rounds = 25;
    static constexpr int at_once = 8;

    ManyThreads()
    {
        for (int user = 0; user < users; ++user)
            add_user(name_of(user));
    }

    static std::string name_of(int user) { return fmt::format("user-{}", user); }

    std::vector<Task> tasks_of(int user)
    {
        return run(tasks().list(name_of(user), {.sort = {.reversed = true}, .limit = 10'000}))
            .tasks;
    }
};

TEST_F(ManyThreads, every_task_that_was_acknowledged_is_there_numbered_in_order_without_gaps)
{
    std::array<std::vector<Task>, threads> acknowledged;
    on_threads(threads, [&](int index) {
        Shard shard{*this};
        auto& mine = acknowledged[static_cast<std::size_t>(index)];
        for (int round = 0; round < rounds; ++round) {
            std::vector<Async<Task>> work;
            for (int i = 0; i < at_once; ++i) {
                work.push_back(create_task(shard.tasks(), new_task(name_of(i % users), "a task")));
            }
            // One that is refused, in the midst of those of all threads.
            if (round > 0) work.push_back(create_task(shard.tasks(), mine.back()));
            const auto outcomes = run_together(shard.loop(), std::move(work));
            for (std::size_t i = 0; i < at_once; ++i) {
                ASSERT_TRUE(outcomes[i].value);
                mine.push_back(*outcomes[i].value);
            }
            if (round > 0) EXPECT_EQ(outcomes.back().code(), ErrorCode::conflict);
        }
    });

    for (int user = 0; user < users; ++user) {
        const auto stored = tasks_of(user);
        for (std::size_t i = 0; i < stored.size(); ++i)
            ASSERT_EQ(stored[i].number, static_cast<std::int64_t>(i + 1));
        std::size_t expected = 0;
        for (const auto& mine : acknowledged) {
            std::int64_t last = 0;
            for (const Task& task : mine) {
                if (task.user_id != name_of(user)) continue;
                ++expected;
                // What one thread asked for later has the higher number.
                ASSERT_GT(task.number, last);
                last = task.number;
                EXPECT_EQ(stored[static_cast<std::size_t>(task.number - 1)], task);
            }
        }
        EXPECT_EQ(stored.size(), expected);
    }
}

TEST_F(ManyThreads, no_change_of_a_task_is_lost)
{
    const Task task = run(create_task(tasks(), new_task(name_of(0), "contested")));
    on_threads(threads, [&](int index) {
        Shard shard{*this};
        for (int round = 0; round < rounds; ++round) {
            std::vector<Async<Task>> work;
            for (int i = 0; i < at_once; ++i) {
                auto title = fmt::format("{} {} {}", index, round, i);
                work.push_back(shard.tasks().update(name_of(0), task.id, std::nullopt,
                                                    {.title = std::move(title)}, {}));
            }
            for (const auto& outcome : run_together(shard.loop(), std::move(work)))
                EXPECT_TRUE(outcome.value);
        }
    });
    EXPECT_EQ(run(tasks().find(name_of(0), task.id))->version, 1 + threads * rounds * at_once);
}

TEST_F(ManyThreads, of_those_who_hold_the_same_state_exactly_one_changes_it)
{
    const Task task = run(create_task(tasks(), new_task(name_of(0), "contested")));
    std::atomic<int> won = 0;
    on_threads(threads, [&](int) {
        Shard shard{*this};
        for (std::int64_t version = 1; version <= rounds; ++version) {
            const types::TagCondition state{.tags = {{task.number, version}}};
            std::vector<Async<Task>> work;
            for (int i = 0; i < at_once; ++i) {
                work.push_back(
                    shard.tasks().update(name_of(0), task.id, state, {.toggle = true}, {}));
            }
            for (const auto& outcome : run_together(shard.loop(), std::move(work))) {
                won += outcome.value.has_value();
                if (!outcome.value) EXPECT_EQ(outcome.code(), ErrorCode::precondition_failed);
            }
        }
    });
    EXPECT_EQ(won, rounds);
    EXPECT_EQ(run(tasks().find(name_of(0), task.id))->version, rounds + 1);
}

TEST_F(ManyThreads, counts_and_searches_stay_right_while_tasks_come_and_go)
{
    on_threads(threads, [&](int index) {
        Shard shard{*this};
        const std::string word = fmt::format("word{}", index);
        const store::TaskQuery search{.filter = {.words = word}, .limit = 1000};
        std::size_t mine = 0;
        for (int round = 0; round < rounds; ++round) {
            const std::string user = name_of(round % users);
            const Task task = shard.run(create_task(shard.tasks(), new_task(user, "a " + word)));
            if (round % 3 == 0) {
                shard.run(shard.tasks().remove(user, task.id, std::nullopt, {}));
            } else if (round % 3 == 1) {
                shard.run(
                    shard.tasks().update(user, task.id, std::nullopt, {.title = "no more"}, {}));
            } else {
                ++mine;
            }
            std::size_t found = 0;
            for (int other = 0; other < users; ++other)
                found += shard.run(shard.tasks().list(name_of(other), search)).tasks.size();
            EXPECT_EQ(found, mine);
        }
    });
    for (int user = 0; user < users; ++user) {
        const auto page = run(tasks().list(name_of(user), {.limit = 1000}));
        EXPECT_EQ(page.total, static_cast<std::int64_t>(page.tasks.size()));
    }
}

TEST_F(ManyThreads, a_user_who_goes_while_tasks_are_made_leaves_none)
{
    std::atomic<bool> gone = false;
    on_threads(threads, [&](int index) {
        Shard shard{*this};
        if (index == 0) {
            for (int i = 0; i < rounds; ++i)
                shard.run(create_task(shard.tasks(), new_task(name_of(1), "other")));
            shard.run(shard.accounts().remove(name_of(0), {}));
            gone = true;
            return;
        }
        while (true) {
            const bool was_gone = gone;
            const auto outcome =
                run_together(shard.loop(),
                             testing::all(create_task(shard.tasks(), new_task(name_of(0), "late"))))
                    .front();
            if (outcome.value) EXPECT_FALSE(was_gone);
            if (!outcome.value) {
                EXPECT_EQ(outcome.code(), ErrorCode::unauthorized);
                break;
            }
        }
    });
    EXPECT_TRUE(tasks_of(0).empty());
    EXPECT_EQ(tasks_of(1).size(), static_cast<std::size_t>(rounds));
    EXPECT_EQ(ask("SELECT count(*) FROM tasks"), fmt::format("{}", rounds));
}

}  // namespace
}  // namespace todod::store
