#include <gmock/gmock.h>

#include "store/changes.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::lines_of;
using testing::new_task;

constexpr std::int64_t newest = std::numeric_limits<std::int64_t>::max();

class ForgottenChanges : public ::testing::Test, public testing::TestDatabase {
protected:
    ForgottenChanges()
    {
        add_user("ada");
        add_user("bob");
    }

    void create(const std::string& user_id)
    {
        run(create_task(tasks(), new_task(user_id, "a task", clock().now())));
    }
    void remove(const std::string& user_id, std::int64_t number)
    {
        run(tasks().remove(user_id, number, std::nullopt, clock().now()));
    }
    void pass() { clock().advance(std::chrono::hours{1}); }

    /// Gives how many steps it took.
    int forget(base::Instant changed_before, base::Instant trashed_before)
    {
        int steps = 0;
        std::optional<std::string> after{std::in_place};
        while (after) {
            after = run(database().forget_changes(*after, changed_before, trashed_before));
            if (++steps > 1000) {
                ADD_FAILURE() << "it has no end";
                break;
            }
        }
        return steps;
    }

    ChangePage log(const std::string& user_id) { return run(changes().list(user_id, 0, 1000)); }
    std::vector<std::int64_t> trash(const std::string& user_id)
    {
        std::vector<std::int64_t> numbers;
        for (const auto& trashed : run(changes().list_trash(user_id, 0, 1000)))
            numbers.push_back(trashed.task.number);
        return numbers;
    }
};

TEST_F(ForgottenChanges, are_those_of_each_user_from_before_and_their_seqs_do_not_come_back)
{
    create("ada");
    create("ada");
    create("bob");
    pass();
    const base::Instant then = clock().now();
    create("ada");
    forget(then, {});
    EXPECT_THAT(lines_of(log("ada").changes), ElementsAre("3 create 3"));
    EXPECT_EQ(log("ada").log.first, 3);
    EXPECT_EQ(log("ada").log.last, 3);
    EXPECT_THAT(log("bob").changes, IsEmpty());
    EXPECT_EQ(log("bob").log.first, 2);
    EXPECT_EQ(log("bob").log.last, 1);
    create("bob");
    EXPECT_THAT(lines_of(log("bob").changes), ElementsAre("2 create 2"));
    EXPECT_THAT(run(changes().last_seqs({"ada", "bob"})), ElementsAre(3, 2));
    EXPECT_EQ(ask("SELECT count(*) FROM tasks"), "5");
}

TEST_F(ForgottenChanges, leave_what_is_young_enough)
{
    create("ada");
    remove("ada", 1);
    forget(clock().now(), clock().now());
    EXPECT_EQ(log("ada").changes.size(), 2U);
    EXPECT_THAT(trash("ada"), ElementsAre(1));
    pass();
    forget(clock().now(), clock().now());
    EXPECT_THAT(log("ada").changes, IsEmpty());
    EXPECT_THAT(trash("ada"), IsEmpty());
}

TEST_F(ForgottenChanges, leave_no_hole_where_clocks_differ)
{
    pass();
    create("ada");
    const base::Instant limit = clock().now();
    pass();
    create("ada");
    clock().advance(-std::chrono::hours{2});
    create("ada");
    forget(limit + std::chrono::minutes{1}, {});
    EXPECT_THAT(lines_of(log("ada").changes), ElementsAre("2 create 2", "3 create 3"));
    EXPECT_EQ(log("ada").log.first, 2);
}

TEST_F(ForgottenChanges, and_the_trash_go_by_themselves)
{
    create("ada");
    create("ada");
    remove("ada", 2);
    pass();
    const base::Instant then = clock().now();
    remove("ada", 1);
    forget({}, then);
    EXPECT_EQ(log("ada").changes.size(), 4U);
    EXPECT_THAT(trash("ada"), ElementsAre(1));
    pass();
    forget(clock().now(), {});
    EXPECT_THAT(log("ada").changes, IsEmpty());
    EXPECT_THAT(trash("ada"), ElementsAre(1));
    EXPECT_THAT(run(changes().history("ada", std::int64_t{1}, newest, 10)), IsEmpty());
    const auto outcome =
        run(tasks().write("ada", testing::request_of(clock().now(), RestoreTask{std::int64_t{1}})));
    EXPECT_TRUE(outcome.is_done);
    EXPECT_THAT(lines_of(log("ada").changes), ElementsAre("5 restore 1"));
    EXPECT_EQ(log("ada").changes.at(0).previous, 4);
}

TEST_F(ForgottenChanges, go_also_where_the_release_before_has_deleted_the_account)
{
    create("ada");
    create("ada");
    remove("ada", 1);
    // It knows of neither the log nor the trash.
    execute("INSERT INTO deleted_users SELECT 'ada', created_at FROM users WHERE user_id = 'bob'");
    execute("DELETE FROM tasks");
    execute("DELETE FROM users WHERE user_id = 'ada'");
    create("bob");
    pass();
    forget(clock().now(), clock().now());
    EXPECT_EQ(ask("SELECT count(*) FROM changes"), "0");
    EXPECT_EQ(ask("SELECT count(*) FROM trash"), "0");
}

TEST_F(ForgottenChanges, take_a_set_with_its_first_one_away)
{
    const User user = testing::writer("ada");
    run(tasks().create(user, new_task("ada", "old", clock().now())));
    pass();
    const base::Instant then = clock().now();
    run(tasks().create(user, new_task("ada", "young", clock().now())));
    create("ada");
    forget(then, {});
    EXPECT_THAT(lines_of(log("ada").changes), ElementsAre("2/1 create 2", "3 create 3"));
    EXPECT_THAT(run(changes().list_set("ada", 1, 0, 10)), IsEmpty());
    const auto sets = run(changes().list_sets("ada", newest, 10));
    ASSERT_EQ(sets.size(), 1U);
    EXPECT_EQ(sets[0].id, 3);
}

TEST_F(ForgottenChanges, end_a_history_where_the_log_begins)
{
    create("ada");
    pass();
    run(tasks().update("ada", std::int64_t{1}, std::nullopt, {.toggle = true}, clock().now()));
    forget(clock().now(), {});
    EXPECT_THAT(lines_of(run(changes().history("ada", std::int64_t{1}, newest, 10))),
                ElementsAre("2 update 1"));
}

TEST_F(ForgottenChanges, of_many_go_in_small_writes)
{
    constexpr std::int64_t many = 2500;
    std::vector<types::Task> imported;
    for (std::int64_t i = 0; i < many; ++i)
        imported.push_back(new_task(i % 5 == 0 ? "bob" : "ada", "imported"));
    ImportRun import{.at = clock().now()};
    run(database().imports()->make_tasks(std::move(imported), import));
    WriteRequest removal{.now = clock().now()};
    for (std::int64_t number = 1; number <= 1500; ++number)
        removal.writes.emplace_back(TrashTask{.task = number});
    run(tasks().write("ada", std::move(removal)));
    for (int i = 0; i < 5; ++i)
        add_user(fmt::format("user {}", i));
    create("user 3");
    pass();
    create("ada");
    EXPECT_GT(forget(clock().now(), clock().now()), 3);
    EXPECT_EQ(ask("SELECT count(*) FROM changes"), "1");
    EXPECT_EQ(ask("SELECT count(*) FROM trash"), "0");
    EXPECT_EQ(forget(clock().now(), clock().now()), 1);
}

}  // namespace
}  // namespace todod::store
