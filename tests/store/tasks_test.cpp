#include "store/tasks.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "base/error.hpp"
#include "support/errors.hpp"

namespace todod::store {
namespace {

using testing::error_of;

TEST(TaskFilter, is_empty_only_when_it_lets_every_task_through)
{
    EXPECT_TRUE(TaskFilter{}.empty());
    const std::function<void(TaskFilter&)> table[] = {
        [](TaskFilter& filter) { filter.status = types::StatusFilter::pending; },
        [](TaskFilter& filter) { filter.priority = types::Priority::low; },
        [](TaskFilter& filter) { filter.tags = {"home"}; },
        [](TaskFilter& filter) { filter.words = "milk"; },
        [](TaskFilter& filter) { filter.due_before = DueBound{}; },
        [](TaskFilter& filter) { filter.due_after = DueBound{}; },
        [](TaskFilter& filter) { filter.not_completed = true; },
    };
    for (const auto& set : table) {
        TaskFilter filter;
        set(filter);
        EXPECT_FALSE(filter.empty()) << &set - table;
    }
}

types::Task task_3_7()
{
    types::Task task;
    task.number = 3;
    task.version = 7;
    return task;
}

TEST(CheckCondition, holds_without_a_condition_for_the_present_state_and_for_any)
{
    const types::Task task = task_3_7();
    EXPECT_NO_THROW(check_condition(std::nullopt, task));
    EXPECT_NO_THROW(check_condition(types::TagCondition{.any = false, .tags = {{3, 7}}}, task));
    EXPECT_NO_THROW(
        check_condition(types::TagCondition{.any = false, .tags = {{3, 6}, {3, 7}}}, task));
    EXPECT_NO_THROW(check_condition(types::TagCondition{.any = true, .tags = {}}, task));
}

TEST(CheckCondition, refuses_another_state_another_task_and_no_tag_at_all)
{
    const types::Task task = task_3_7();
    const types::TagCondition table[] = {
        {false, {{3, 6}}}, {false, {{4, 7}}}, {false, {{3, 7, true}}}, {false, {}}};
    for (const auto& condition : table) {
        EXPECT_EQ(error_of([&] { check_condition(condition, task); }).code(),
                  base::ErrorCode::precondition_failed)
            << &condition - table;
    }
}

}  // namespace
}  // namespace todod::store
