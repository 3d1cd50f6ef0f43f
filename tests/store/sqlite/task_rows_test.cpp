#include "store/sqlite/task_rows.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"
#include "support/errors.hpp"
#include "support/sqlite.hpp"
#include "support/tasks.hpp"

namespace todod::store::sqlite {
namespace {

using db::sqlite::Connection;
using testing::create_task;
using testing::error_of;
using testing::new_task;

class TaskRows : public ::testing::Test, public testing::SqliteDatabase {
protected:
    TaskRows()
    {
        add_user("ada");
        add_user("bob");
    }

    Connection connection_{path(), Connection::Mode::read_only};
};

TEST_F(TaskRows, tags_of_any_text_and_number_come_back_in_order)
{
    types::Task task = new_task("ada", "tagged");
    for (int i = 0; i < 32; ++i)
        task.tags.push_back(fmt::format("ünïcode \"{}\" \\ / \t 🦊 {}", i, std::string(30, 'x')));
    run(create_task(tasks(), task));
    EXPECT_EQ(find_task(connection_, "ada", task.id)->task.tags, task.tags);
}

TEST_F(TaskRows, a_task_is_found_by_its_id_or_number_with_its_key)
{
    run(create_task(tasks(), new_task("bob", "first")));
    const auto task = run(create_task(tasks(), new_task("bob", "second")));
    const auto by_id = find_task(connection_, "bob", task.id);
    const auto by_number = find_task(connection_, "bob", std::int64_t{2});
    ASSERT_TRUE(by_id && by_number);
    EXPECT_EQ(by_id->task, task);
    EXPECT_EQ(by_number->task, task);
    EXPECT_EQ(by_id->task_key, by_number->task_key);
    EXPECT_EQ(by_id->task_key, (std::int64_t{2} << 32) + 2);
    EXPECT_FALSE(find_task(connection_, "ada", task.id));
    EXPECT_FALSE(find_task(connection_, "nobody", task.id));
}

TEST_F(TaskRows, getting_one_says_first_that_it_is_not_there_then_that_it_has_changed)
{
    const auto task = run(create_task(tasks(), new_task("ada", "a task")));
    const types::TagCondition stale{.tags = {{task.number, 99}}};
    const auto get = [&](types::TaskRef which) { get_task(connection_, "ada", which, stale); };
    EXPECT_EQ(error_of([&] { get(std::int64_t{2}); }).code(), base::ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { get(std::int64_t{1}); }).code(), base::ErrorCode::precondition_failed);
    EXPECT_EQ(get_task(connection_, "ada", task.id, std::nullopt).task, task);
}

}  // namespace
}  // namespace todod::store::sqlite
