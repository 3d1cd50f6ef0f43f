#include "store/tasks.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "base/error.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/one_batch.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using base::ErrorCode;
using testing::all;
using testing::create_task;
using testing::error_of;
using testing::new_task;
using testing::run_as_one_batch;
using types::Task;
using types::TaskChange;
using types::TaskRef;

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

class StoredTasks : public ::testing::Test, public testing::TestDatabase {
protected:
    StoredTasks()
    {
        add_user("ada");
        add_user("bob");
    }

    Task create(const std::string& user_id, std::string title = "a task")
    {
        return run(create_task(tasks(), new_task(user_id, std::move(title), clock().now())));
    }
    std::optional<Task> find(const std::string& user_id, TaskRef task)
    {
        return run(tasks().find(user_id, task));
    }
    Task update(const std::string& user_id, TaskRef task, TaskChange change)
    {
        return run(tasks().update(user_id, task, std::nullopt, std::move(change), clock().now()));
    }
    void remove(const std::string& user_id, TaskRef task)
    {
        run(tasks().remove(user_id, task, std::nullopt, clock().now()));
    }
    /// By the count that is kept, and by counting.
    std::pair<std::int64_t, std::int64_t> count(const std::string& user_id)
    {
        const auto kept = run(tasks().list(user_id, {.limit = 1000}));
        const auto counted =
            run(tasks().list(user_id, {.filter = {.not_completed = true}, .limit = 1000}));
        return {kept.total, counted.total};
    }
};

Task full_task(const std::string& user_id, base::Instant now)
{
    Task task = new_task(user_id, "Ünïcode — “quotes” ' \" \\ \n 🦊", now);
    task.description = "line\nline";
    task.status = types::Status::completed;
    task.priority = types::Priority::urgent;
    task.tags = {"b", "a", "ü🦊", "quote\"d", "back\\slash", ",", "[]"};
    task.due_date = types::Due{now + std::chrono::milliseconds{1}, false};
    task.completed_at = now;
    task.version = 5;
    return task;
}

TEST_F(StoredTasks, come_back_as_they_were_given)
{
    Task task = full_task("ada", clock().now());
    const Task made = run(create_task(tasks(), task));
    task.number = 1;
    EXPECT_EQ(made, task);
    EXPECT_EQ(find("ada", task.id), task);
    EXPECT_EQ(find("ada", std::int64_t{1}), task);

    Task bare = new_task("ada", "bare", clock().now());
    bare.due_date = types::Due{std::chrono::sys_days{std::chrono::year{2026} / 12 / 27}, true};
    run(create_task(tasks(), bare));
    bare.number = 2;
    EXPECT_EQ(find("ada", bare.id), bare);
}

TEST_F(StoredTasks, are_numbered_by_user)
{
    EXPECT_EQ(create("ada").number, 1);
    EXPECT_EQ(create("bob").number, 1);
    EXPECT_EQ(create("ada").number, 2);
    EXPECT_EQ(find("ada", std::int64_t{2})->user_id, "ada");
}

TEST_F(StoredTasks, a_number_is_never_used_again)
{
    create("ada");
    create("ada");
    remove("ada", std::int64_t{2});
    EXPECT_EQ(create("ada").number, 3);
    for (const std::int64_t number : {1, 3})
        remove("ada", number);
    EXPECT_EQ(create("ada").number, 4);
    EXPECT_EQ(find("ada", std::int64_t{2}), std::nullopt);
}

TEST_F(StoredTasks, a_refused_task_uses_no_number_up)
{
    const Task task = new_task("ada", "first", clock().now());
    const auto outcomes =
        run_as_one_batch(*this, all(create_task(tasks(), task), create_task(tasks(), task),
                                    create_task(tasks(), new_task("ada", "second"))));
    EXPECT_EQ(outcomes[0].value->number, 1);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::conflict);
    EXPECT_EQ(outcomes[2].value->number, 2);
    EXPECT_EQ(count("ada"), std::pair(std::int64_t{2}, std::int64_t{2}));
}

TEST_F(StoredTasks, an_id_is_unique_within_its_user_only)
{
    const Task task = new_task("ada", "hers");
    Task same = task;
    same.user_id = "bob";
    same.title = "his";
    run(create_task(tasks(), task));
    EXPECT_EQ(error_of([&] { run(create_task(tasks(), task)); }).code(), ErrorCode::conflict);
    run(create_task(tasks(), same));
    EXPECT_EQ(find("ada", task.id)->title, "hers");
    EXPECT_EQ(find("bob", task.id)->title, "his");
}

TEST_F(StoredTasks, an_id_is_free_again_once_its_task_is_gone)
{
    const Task task = new_task("ada", "again");
    run(create_task(tasks(), task));
    remove("ada", task.id);
    EXPECT_EQ(run(create_task(tasks(), task)).number, 2);
}

TEST_F(StoredTasks, of_a_user_who_is_not_there_are_refused_and_fail_no_other)
{
    const auto outcomes =
        run_as_one_batch(*this, all(create_task(tasks(), new_task("ada", "hers")),
                                    create_task(tasks(), new_task("nobody", "lost")),
                                    create_task(tasks(), new_task("bob", "his"))));
    EXPECT_TRUE(outcomes[0].value);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::unauthorized);
    EXPECT_TRUE(outcomes[2].value);

    EXPECT_EQ(find("nobody", std::int64_t{1}), std::nullopt);
    EXPECT_EQ(run(tasks().list("nobody", {})).total, 0);
    EXPECT_EQ(error_of([&] { remove("nobody", std::int64_t{1}); }).code(), ErrorCode::not_found);
}

TEST_F(StoredTasks, are_not_there_for_anyone_else)
{
    const Task task = create("ada");
    EXPECT_EQ(find("bob", task.id), std::nullopt);
    EXPECT_EQ(find("bob", task.number), std::nullopt);
    const TaskChange change{.title = "mine now"};
    EXPECT_EQ(error_of([&] { update("bob", task.id, change); }).code(), ErrorCode::not_found);
    EXPECT_EQ(error_of([&] { remove("bob", task.id); }).code(), ErrorCode::not_found);
    EXPECT_EQ(find("ada", task.id), task);
}

TEST_F(StoredTasks, are_found_by_no_number_that_they_do_not_have)
{
    create("ada");
    create("bob");
    // What a key of the next user's first task and of the one before would be counted from here.
    constexpr std::int64_t of_next_user = (std::int64_t{1} << 32) + 1;
    constexpr std::int64_t of_user_before = 1 - (std::int64_t{1} << 32);
    for (const std::int64_t number :
         {std::int64_t{0}, std::int64_t{-1}, std::int64_t{2}, of_next_user, of_user_before,
          std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
        EXPECT_EQ(find("ada", number), std::nullopt) << number;
        EXPECT_EQ(find("bob", number), std::nullopt) << number;
        EXPECT_EQ(error_of([&] { remove("ada", number); }).code(), ErrorCode::not_found) << number;
    }
}

TEST_F(StoredTasks, an_update_changes_what_it_names_and_keeps_the_rest)
{
    const Task task = run(create_task(tasks(), full_task("ada", clock().now())));
    clock().advance(std::chrono::hours{1});
    Task expected = task;
    expected.title = "other";
    expected.version = task.version + 1;
    expected.updated_at = clock().now();
    EXPECT_EQ(update("ada", task.id, {.title = "other"}), expected);
    EXPECT_EQ(find("ada", task.number), expected);
}

TEST_F(StoredTasks, every_field_that_may_be_changed_is_kept)
{
    const Task task = run(create_task(tasks(), full_task("ada", clock().now())));
    clock().advance(std::chrono::hours{1});
    const TaskChange change{
        .title = "t",
        .description = std::optional<std::string>{},
        .status = types::Status::in_progress,
        .priority = types::Priority::low,
        .tags = std::vector<std::string>{},
        .due_date = std::optional<types::Due>{},
    };
    const Task changed = update("ada", task.number, change);
    EXPECT_EQ(changed.title, "t");
    EXPECT_EQ(changed.description, std::nullopt);
    EXPECT_EQ(changed.status, types::Status::in_progress);
    EXPECT_EQ(changed.priority, types::Priority::low);
    EXPECT_TRUE(changed.tags.empty());
    EXPECT_EQ(changed.due_date, std::nullopt);
    EXPECT_EQ(changed.completed_at, std::nullopt);
    EXPECT_EQ(find("ada", task.id), changed);
}

TEST_F(StoredTasks, an_update_that_changes_nothing_leaves_no_trace)
{
    const Task task = create("ada", "same");
    clock().advance(std::chrono::hours{1});
    EXPECT_EQ(update("ada", task.id, {.title = "same"}), task);
    EXPECT_EQ(find("ada", task.id), task);
}

TEST_F(StoredTasks, are_changed_and_removed_only_in_the_state_that_was_named)
{
    const Task task = create("ada");
    const types::TagCondition now{.tags = {{task.number, task.version}}};
    const types::TagCondition later{.tags = {{task.number, task.version + 1}}};
    const auto change = [&](const types::TagCondition& condition, std::string title) {
        return run(
            tasks().update("ada", task.id, condition, {.title = std::move(title)}, clock().now()));
    };
    EXPECT_EQ(error_of([&] { change(later, "x"); }).code(), ErrorCode::precondition_failed);
    EXPECT_EQ(change(now, "y").title, "y");
    EXPECT_EQ(error_of([&] { change(now, "z"); }).code(), ErrorCode::precondition_failed);
    EXPECT_EQ(error_of([&] { run(tasks().remove("ada", task.id, now, clock().now())); }).code(),
              ErrorCode::precondition_failed);
    run(tasks().remove("ada", task.id, later, clock().now()));
    EXPECT_EQ(find("ada", task.id), std::nullopt);
}

TEST_F(StoredTasks, of_two_who_change_the_same_state_one_loses)
{
    const Task task = create("ada");
    const types::TagCondition now{.tags = {{task.number, task.version}}};
    const auto change = [&](std::string title) {
        return tasks().update("ada", task.id, now, {.title = std::move(title)}, clock().now());
    };
    const auto outcomes = run_as_one_batch(*this, all(change("one"), change("two")));
    EXPECT_TRUE(outcomes[0].value);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::precondition_failed);
    EXPECT_EQ(find("ada", task.id)->title, "one");
    EXPECT_EQ(find("ada", task.id)->version, task.version + 1);
}

TEST_F(StoredTasks, completing_one_does_what_apply_does_and_no_more)
{
    const types::TaskChange changes[] = {{.toggle = true},
                                         {.completed = true},
                                         {.completed = false},
                                         {.completed = false, .toggle = true}};
    const std::chrono::milliseconds moves[] = {
        std::chrono::milliseconds{0}, std::chrono::milliseconds{1}, std::chrono::milliseconds{-1}};
    for (const auto status :
         {types::Status::pending, types::Status::in_progress, types::Status::completed}) {
        for (const auto& change : changes) {
            for (const auto move : moves) {
                Task task = new_task("ada", "a task");
                task.status = status;
                if (status == types::Status::completed) task.completed_at = clock().now();
                task = run(create_task(tasks(), task));
                const base::Instant now = task.updated_at + move;
                const Task after = run(tasks().update("ada", task.id, std::nullopt, change, now));
                types::apply(change, task, now);
                EXPECT_EQ(after, task);
                EXPECT_EQ(find("ada", task.id), task);
            }
        }
    }
}

TEST_F(StoredTasks, completing_one_touches_no_other)
{
    const Task mine = create("ada");
    const Task other = create("ada");
    const Task bobs = create("bob");
    const types::TaskChange toggle{.toggle = true};
    const auto complete = [&](std::string user_id, base::Uuid id) {
        return tasks().update(std::move(user_id), id, std::nullopt, toggle, clock().now());
    };
    const auto outcomes = run_as_one_batch(
        *this, all(complete("ada", mine.id), complete("ada", bobs.id), complete("bob", mine.id)));
    EXPECT_TRUE(types::is_completed(*outcomes[0].value));
    EXPECT_EQ(outcomes[1].code(), ErrorCode::not_found);
    EXPECT_EQ(outcomes[2].code(), ErrorCode::not_found);
    EXPECT_EQ(find("ada", other.id), other);
    EXPECT_EQ(find("bob", bobs.id), bobs);
}

TEST_F(StoredTasks, updates_of_one_batch_all_count)
{
    const Task task = create("ada");
    const auto toggle = [&] {
        return tasks().update("ada", task.id, std::nullopt, {.toggle = true}, clock().now());
    };
    run_as_one_batch(*this, all(toggle(), toggle(), toggle()));
    EXPECT_EQ(find("ada", task.id)->version, task.version + 3);
    EXPECT_TRUE(types::is_completed(*find("ada", task.id)));
}

TEST_F(StoredTasks, a_write_that_fails_leaves_its_neighbours_and_their_numbers_whole)
{
    Task broken = new_task("ada", "broken");
    broken.status = static_cast<types::Status>(7);  // what the table refuses
    const auto outcomes = run_as_one_batch(
        *this, all(create_task(tasks(), new_task("ada", "one")), create_task(tasks(), broken),
                   create_task(tasks(), new_task("ada", "two")),
                   create_task(tasks(), new_task("bob", "three"))));
    EXPECT_EQ(outcomes[0].value->number, 1);
    EXPECT_EQ(outcomes[1].code(), ErrorCode::internal);
    EXPECT_EQ(outcomes[2].value->number, 2);
    EXPECT_EQ(outcomes[2].value->title, "two");
    EXPECT_EQ(outcomes[3].value->number, 1);
    EXPECT_EQ(count("ada"), std::pair(std::int64_t{2}, std::int64_t{2}));
    EXPECT_EQ(count("bob"), std::pair(std::int64_t{1}, std::int64_t{1}));
}

TEST_F(StoredTasks, are_counted_right_through_makes_removals_and_refusals)
{
    const Task first = create("ada");
    create("ada");
    create("bob");
    EXPECT_EQ(error_of([&] { run(create_task(tasks(), first)); }).code(), ErrorCode::conflict);
    EXPECT_EQ(count("ada").first, 2);
    remove("ada", first.id);
    EXPECT_EQ(error_of([&] { remove("ada", first.id); }).code(), ErrorCode::not_found);
    EXPECT_EQ(count("ada"), std::pair(std::int64_t{1}, std::int64_t{1}));
    EXPECT_EQ(count("bob"), std::pair(std::int64_t{1}, std::int64_t{1}));
}

}  // namespace
}  // namespace todod::store
