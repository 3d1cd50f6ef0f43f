#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <random>
#include <tuple>

#include "base/text.hpp"
#include "support/database.hpp"
#include "support/tasks.hpp"

namespace todod::store {
namespace {

using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::new_task;
using testing::numbers_of;
using types::Priority;
using types::Sort;
using types::SortKey;
using types::Status;
using types::StatusFilter;
using types::Task;

constexpr std::chrono::milliseconds day_end_utc =
    std::chrono::days{1} - std::chrono::milliseconds{1};

std::chrono::sys_days day(int n)
{
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 1} + std::chrono::days{n};
}

/// The tasks of a user in a plain vector, and the same questions answered by going through it.
class TaskLists : public ::testing::Test, public testing::TestDatabase {
protected:
    TaskLists()
    {
        add_user("before");
        add_user("ada");
        add_user("after");
    }

    void add(Task task)
    {
        for (const std::string neighbour : {"before", "after"}) {
            Task other = task;
            other.user_id = neighbour;
            run(create_task(tasks(), other));
        }
        clock().advance(std::chrono::seconds{1});
        task.created_at = task.updated_at = clock().now();
        all_.push_back(run(create_task(tasks(), std::move(task))));
    }

    void add_random(int count)
    {
        const std::vector<std::string> titles{"Äpfel", "apfel",  "APFEL",   "Zebra",
                                              "zebra", "Éclair", "éclair",  "milk",
                                              "1",     "Straße", "STRASSE", "🦊"};
        const std::vector<std::string> tags{"home", "Home", "work", "ünïcode", "a\"b"};
        for (int i = 0; i < count; ++i) {
            Task task = new_task("ada", titles[pick(titles.size())]);
            task.status = static_cast<Status>(pick(3));
            task.priority = static_cast<Priority>(pick(4));
            for (const auto& tag : tags)
                if (pick(2) == 0) task.tags.push_back(tag);
            const auto kind = pick(3);
            if (kind == 0) task.due_date = types::Due{day(static_cast<int>(pick(6))), true};
            if (kind == 1) {
                task.due_date = types::Due{
                    day(static_cast<int>(pick(6))) + std::chrono::hours{pick(2) == 0 ? 0 : 12},
                    false};
            }
            add(std::move(task));
        }
        // What was changed last is not what was made last.
        for (std::size_t i = 0; i < all_.size(); i += 3) {
            clock().advance(std::chrono::seconds{1});
            const Task& old = all_[all_.size() - 1 - i];
            const types::TaskChange change{.description = std::optional<std::string>{"changed"}};
            all_[all_.size() - 1 - i] =
                run(tasks().update("ada", old.number, std::nullopt, change, clock().now()));
        }
    }

    std::size_t pick(std::size_t below) { return random_() % below; }

    TaskPage list(const TaskQuery& query) { return run(tasks().list("ada", query)); }

    /// All pages of `limit` tasks, one after the other.
    std::vector<std::int64_t> list_in_pages(TaskQuery query, std::int64_t limit)
    {
        query.limit = limit;
        std::vector<std::int64_t> numbers;
        while (true) {
            const TaskPage page = list(query);
            for (const std::int64_t number : numbers_of(page.tasks))
                numbers.push_back(number);
            if (!page.next) return numbers;
            EXPECT_EQ(page.tasks.size(), static_cast<std::size_t>(limit));
            if (numbers.size() > all_.size()) {
                ADD_FAILURE() << "the pages do not end";
                return numbers;
            }
            query.after = page.next;
        }
    }

    std::vector<Task> all_;
    std::mt19937 random_{4711};
};

bool lets_through(const TaskFilter& filter, const Task& task)
{
    const auto due_is_before = [&](const DueBound& bound) {
        return task.due_date->whole_day ? task.due_date->at < bound.day
                                        : task.due_date->at < bound.instant;
    };
    const bool completed = task.status == Status::completed;
    switch (filter.status) {
        case StatusFilter::all:
            break;
        case StatusFilter::pending:
            if (completed) return false;
            break;
        case StatusFilter::todo:
            if (task.status != Status::pending) return false;
            break;
        case StatusFilter::in_progress:
            if (task.status != Status::in_progress) return false;
            break;
        case StatusFilter::completed:
            if (!completed) return false;
            break;
    }
    if (filter.not_completed && completed) return false;
    if (filter.priority && task.priority != *filter.priority) return false;
    for (const auto& tag : filter.tags)
        if (std::ranges::find(task.tags, tag) == task.tags.end()) return false;
    if ((filter.due_before || filter.due_after) && !task.due_date) return false;
    if (filter.due_before && !due_is_before(*filter.due_before)) return false;
    return !filter.due_after || !due_is_before(*filter.due_after);
}

/// What orders two tasks, smallest first; ties are newest first.
bool comes_before(const TaskQuery& query, const Task& a, const Task& b)
{
    const bool reversed = query.sort.reversed;
    const auto by = [&](const auto& left, const auto& right, bool ascending) {
        if (left != right) return ascending == (left < right);
        return a.number > b.number;
    };
    switch (query.sort.key) {
        case SortKey::created:
            return reversed ? a.number < b.number : a.number > b.number;
        case SortKey::updated:
            return by(a.updated_at, b.updated_at, reversed);
        case SortKey::title:
            return by(base::fold_case(a.title), base::fold_case(b.title), !reversed);
        case SortKey::priority:
            return by(a.priority, b.priority, reversed);
        case SortKey::due_date: {
            if (!a.due_date || !b.due_date) {
                if (a.due_date.has_value() != b.due_date.has_value()) return a.due_date.has_value();
                return a.number > b.number;
            }
            const auto end = [&](const types::Due& due) {
                return due.at + (due.whole_day ? query.day_end : std::chrono::milliseconds{0});
            };
            return by(end(*a.due_date), end(*b.due_date), !reversed);
        }
    }
    return false;
}

std::vector<std::int64_t> scan(std::vector<Task> tasks, const TaskQuery& query)
{
    std::erase_if(tasks, [&](const Task& task) { return !lets_through(query.filter, task); });
    std::ranges::sort(tasks,
                      [&](const Task& a, const Task& b) { return comes_before(query, a, b); });
    return numbers_of(tasks);
}

std::vector<TaskFilter> some_filters()
{
    std::vector<TaskFilter> filters{{}};
    for (const auto status : {StatusFilter::pending, StatusFilter::todo, StatusFilter::in_progress,
                              StatusFilter::completed})
        filters.push_back({.status = status});
    filters.push_back({.priority = Priority::high});
    filters.push_back({.tags = {"home"}});
    filters.push_back({.tags = {"work", "ünïcode", "a\"b"}});
    filters.push_back({.not_completed = true});
    const DueBound noon{day(2) + std::chrono::hours{12}, day(2)};
    const DueBound morning{day(4), day(4)};
    filters.push_back({.due_before = noon});
    filters.push_back({.due_after = noon});
    filters.push_back({.due_before = morning, .due_after = noon});
    filters.push_back({.status = StatusFilter::pending,
                       .priority = Priority::low,
                       .tags = {"home"},
                       .due_before = morning});
    return filters;
}

TEST_F(TaskLists, give_what_going_through_all_tasks_gives_in_every_order_and_page_size)
{
    add_random(60);
    std::size_t let_through = 0;
    for (const TaskFilter& filter : some_filters()) {
        for (const SortKey key : {SortKey::created, SortKey::title, SortKey::updated,
                                  SortKey::due_date, SortKey::priority}) {
            for (const bool reversed : {false, true}) {
                const TaskQuery query{
                    .filter = filter, .sort = {key, reversed}, .day_end = day_end_utc};
                const auto expected = scan(all_, query);
                let_through += expected.size();
                SCOPED_TRACE(fmt::format("sort {} {}", static_cast<int>(key), reversed));
                EXPECT_EQ(numbers_of(list(query).tasks), expected);
                EXPECT_EQ(list(query).total, static_cast<std::int64_t>(expected.size()));
                for (const std::int64_t limit : {1, 7, 60})
                    EXPECT_EQ(list_in_pages(query, limit), expected);
            }
        }
    }
    EXPECT_GT(let_through, 1000U);
}

TEST_F(TaskLists, a_whole_day_is_sorted_by_its_end_in_the_zone_that_is_asked_for)
{
    const auto noon = day(1) + std::chrono::hours{12};
    const auto due = [](base::Instant at, bool whole_day) {
        Task task = new_task("ada", "due");
        task.due_date = types::Due{at, whole_day};
        return task;
    };
    add(due(day(1), true));
    add(due(noon, false));
    add(due(day(2), false));
    const auto order = [&](std::chrono::milliseconds day_end) {
        const TaskQuery query{.sort = {SortKey::due_date, false}, .day_end = day_end};
        EXPECT_EQ(list_in_pages(query, 1), numbers_of(list(query).tasks));
        return numbers_of(list(query).tasks);
    };
    EXPECT_THAT(order(day_end_utc), ElementsAre(2, 1, 3));
    EXPECT_THAT(order(day_end_utc - std::chrono::hours{14}), ElementsAre(1, 2, 3));
    EXPECT_THAT(order(day_end_utc + std::chrono::hours{12}), ElementsAre(2, 3, 1));
}

TEST_F(TaskLists, skip_leaves_out_and_the_total_does_not_change)
{
    add_random(10);
    const TaskPage page = list({.sort = {.reversed = true}, .skip = 4, .limit = 3});
    EXPECT_THAT(numbers_of(page.tasks), ElementsAre(5, 6, 7));
    EXPECT_EQ(page.total, 10);
    EXPECT_TRUE(page.next);
    EXPECT_FALSE(list({.skip = 7, .limit = 3}).next);
    const TaskPage past = list({.skip = 10});
    EXPECT_THAT(past.tasks, IsEmpty());
    EXPECT_EQ(past.total, 10);
    constexpr auto all = std::numeric_limits<std::int64_t>::max();
    EXPECT_THAT(list({.skip = all}).tasks, IsEmpty());
    EXPECT_THAT(list({.sort = {.key = SortKey::title}, .skip = all}).tasks, IsEmpty());
}

TEST_F(TaskLists, a_page_goes_on_behind_a_task_that_has_gone)
{
    add_random(6);
    TaskQuery query{.limit = 2};
    query.after = list(query).next;
    run(tasks().remove("ada", std::int64_t{5}, std::nullopt, clock().now()));
    EXPECT_THAT(numbers_of(list(query).tasks), ElementsAre(4, 3));
}

TEST_F(TaskLists, a_position_far_away_shows_no_other_users_tasks)
{
    add_random(3);
    for (const std::int64_t number :
         {std::int64_t{1} << 33, -(std::int64_t{1} << 33), std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        for (const bool reversed : {false, true}) {
            const TaskQuery query{.sort = {.reversed = reversed},
                                  .after = TaskPosition{{}, number}};
            for (const Task& task : list(query).tasks)
                EXPECT_EQ(task.user_id, "ada");
            EXPECT_LE(list(query).tasks.size(), 3U);
        }
    }
}

TEST_F(TaskLists, of_a_user_without_tasks_are_empty)
{
    EXPECT_THAT(list({}).tasks, IsEmpty());
    EXPECT_EQ(list({}).total, 0);
    EXPECT_FALSE(list({}).next);
    EXPECT_EQ(list({.filter = {.words = "x"}}).total, 0);
}

}  // namespace
}  // namespace todod::store
