#include "store/imports.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "support/changes.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::create_task;
using ::testing::ElementsAre;
using testing::error_of;
using testing::new_task;
using testing::TestDatabase;
using types::Task;

struct ImportsTest : ::testing::Test {
    TestDatabase database;
    std::unique_ptr<Imports> imports = database.database().imports();
    ImportRun run{.at = database.clock().now()};

    void SetUp() override
    {
        database.add_user("ada");
        database.add_user("eve");
    }

    std::vector<bool> make(std::vector<Task> tasks)
    {
        return database.run(imports->make_tasks(std::move(tasks), run));
    }

    std::vector<Task> tasks_of(const std::string& user_id)
    {
        return database
            .run(database.tasks().list(
                user_id, {.sort = {.key = types::SortKey::created, .reversed = true}}))
            .tasks;
    }
};

TEST_F(ImportsTest, numbers_each_users_tasks_in_their_order_and_keeps_all_else)
{
    Task task = new_task("ada", "Tea");
    task.description = "green";
    task.status = types::Status::completed;
    task.priority = types::Priority::urgent;
    task.tags = {"hot", "a,b"};
    task.due_date = types::Due{database.clock().now(), false};
    task.created_at = database.clock().now() - std::chrono::hours{5};
    task.updated_at = database.clock().now() - std::chrono::hours{1};
    task.completed_at = task.updated_at;
    task.version = 7;
    EXPECT_THAT(make({new_task("eve", "1"), task, new_task("eve", "2"), new_task("ada", "Milk")}),
                ElementsAre(true, true, true, true));
    const auto ada = tasks_of("ada");
    task.number = 1;
    ASSERT_EQ(ada.size(), 2);
    EXPECT_EQ(ada[0], task);
    EXPECT_EQ(ada[1].number, 2);
    EXPECT_EQ(tasks_of("eve").at(1).title, "2");
}

TEST_F(ImportsTest, leaves_out_what_its_user_has_and_nobody_else)
{
    const Task tea = database.run(create_task(database.tasks(), new_task("ada", "Tea")));
    Task same = new_task("ada", "Milk");
    Task of_eve = new_task("eve", "Milk");
    same.id = of_eve.id = tea.id;
    EXPECT_THAT(make({new_task("ada", "1"), same, of_eve, new_task("ada", "2")}),
                ElementsAre(true, false, true, true));
    EXPECT_EQ(testing::numbers_of(tasks_of("ada")), (std::vector<std::int64_t>{1, 2, 3}));
    EXPECT_EQ(tasks_of("ada").front().title, "Tea");
    EXPECT_EQ(tasks_of("eve").front().title, "Milk");
}

TEST_F(ImportsTest, finds_by_their_words_what_was_made)
{
    make({new_task("ada", "Green tea")});
    const auto found = database.run(database.tasks().list("ada", {.filter = {.words = "tea"}}));
    EXPECT_EQ(found.tasks.size(), 1);
    EXPECT_EQ(found.total, 1);
}

TEST_F(ImportsTest, logs_each_users_tasks_as_one_set_a_run)
{
    const auto logged = [&](const char* user_id) {
        return database.run(database.changes().list(user_id, 0, 100)).changes;
    };
    database.run(create_task(database.tasks(), new_task("ada", "here already")));
    const Task tea = new_task("ada", "Tea");
    make({tea, new_task("eve", "1"), tea, new_task("ada", "Milk")});
    run.at += std::chrono::seconds{1};
    make({new_task("eve", "2"), new_task("ada", "Bread")});
    run = {.at = run.at};
    make({new_task("ada", "of another run")});
    EXPECT_THAT(
        testing::lines_of(logged("ada")),
        ElementsAre("1 create 1", "2 create 2", "3/2 create 3", "4/2 create 4", "5 create 5"));
    EXPECT_THAT(testing::lines_of(logged("eve")), ElementsAre("1 create 1", "2/1 create 2"));
    const types::Change change = logged("ada").at(1);
    EXPECT_EQ(change.origin, types::Origin{.via = types::Via::import});
    EXPECT_EQ(change.after, types::state_of(tea));
    EXPECT_EQ(change.at, database.clock().now());
    EXPECT_EQ(logged("eve").at(1).at, run.at);
}

TEST_F(ImportsTest, makes_nothing_for_a_user_that_is_not_there)
{
    EXPECT_EQ(error_of([&] { make({new_task("bob", "1")}); }).code(), ErrorCode::unauthorized);
    EXPECT_TRUE(make({}).empty());
}

TEST_F(ImportsTest, knows_which_accounts_were_deleted)
{
    database.run(database.accounts().remove("eve", database.clock().now()));
    EXPECT_TRUE(database.run(imports->is_deleted("eve")));
    EXPECT_FALSE(database.run(imports->is_deleted("ada")));
    EXPECT_FALSE(database.run(imports->is_deleted("bob")));
}

}  // namespace
}  // namespace todod::store
