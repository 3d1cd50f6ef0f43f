#include "store/postgres/task_list.hpp"

#include <gmock/gmock.h>

#include "store/postgres/filling.hpp"
#include "support/database.hpp"

namespace todod::store::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using types::SortKey;

constexpr int tasks_of_ada = 2100;

/// A user with more tasks than are gone through: those behind them are found by indexes.
class TaskListInParts : public ::testing::Test, public testing::TestDatabase {
protected:
    TaskListInParts() : TestDatabase(testing::DatabaseKind::postgres)
    {
        ask(filling(row_of("ada", tasks_of_ada) + ", " + row_of("bob", 10)));
    }

    TaskPage list(TaskQuery query) { return run(tasks().list("ada", std::move(query))); }

    std::vector<std::int64_t> numbers_of(const TaskPage& page) const
    {
        std::vector<std::int64_t> numbers;
        for (const types::Task& task : page.tasks)
            numbers.push_back(task.number);
        return numbers;
    }

    /// The numbers on all pages of a query, which each say that they are `total`.
    std::vector<std::int64_t> walk(TaskQuery query, std::int64_t total)
    {
        std::vector<std::int64_t> numbers;
        do {
            const TaskPage page = list(query);
            EXPECT_EQ(page.total, total);
            for (const std::int64_t number : numbers_of(page))
                numbers.push_back(number);
            query.after = page.next;
        } while (query.after);
        return numbers;
    }
};

TEST_F(TaskListInParts, is_in_the_same_order_whether_a_filter_lets_all_through_or_there_is_none)
{
    constexpr SortKey keys[] = {SortKey::created, SortKey::updated, SortKey::title,
                                SortKey::priority, SortKey::due_date};
    for (const SortKey key : keys) {
        for (const bool reversed : {false, true}) {
            SCOPED_TRACE(fmt::format("key {}, reversed {}", static_cast<int>(key), reversed));
            TaskQuery all{.sort = {.key = key, .reversed = reversed}, .limit = 300};
            TaskQuery filtered = all;
            filtered.filter.words = "task";
            const auto numbers = walk(std::move(all), tasks_of_ada);
            EXPECT_EQ(numbers.size(), tasks_of_ada);
            EXPECT_EQ(walk(std::move(filtered), tasks_of_ada), numbers);
        }
    }
}

TEST_F(TaskListInParts, finds_in_both_parts_and_counts_where_a_page_has_none)
{
    for (const std::int64_t number : {1, 2000, 2001, 2099}) {
        const TaskPage page = list({.filter = {.tags = {fmt::format("tag{}", number)}}});
        EXPECT_THAT(numbers_of(page), ElementsAre(number));
        EXPECT_EQ(page.total, 1);
        EXPECT_FALSE(page.next);
    }
    const TaskPage behind = list({.filter = {.tags = {"home"}}, .skip = tasks_of_ada});
    EXPECT_THAT(behind.tasks, IsEmpty());
    EXPECT_EQ(behind.total, tasks_of_ada);
    const TaskPage none = list({.filter = {.words = "nothing"}});
    EXPECT_THAT(none.tasks, IsEmpty());
    EXPECT_EQ(none.total, 0);
}

}  // namespace
}  // namespace todod::store::postgres
