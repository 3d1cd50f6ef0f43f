#include <gmock/gmock.h>

#include "store/postgres/page_cache.hpp"
#include "support/tasks.hpp"

namespace todod::store::postgres {
namespace {

using ::testing::ElementsAre;
using testing::new_task;
using testing::numbers_of;
using types::ChangeKind;
using types::StatusFilter;

constexpr PageCache::TimePoint start{std::chrono::hours{1}};

/// Tasks with these numbers, of so many in all.
TaskPage make_page_of(const std::vector<std::int64_t>& numbers, std::int64_t total)
{
    TaskPage page{.tasks = {}, .total = total, .next = {}};
    for (const std::int64_t number : numbers) {
        page.tasks.push_back(new_task("ada", fmt::format("Task {}", number)));
        page.tasks.back().number = number;
    }
    if (total > std::ssize(numbers)) page.next = position_of(page.tasks.back(), {});
    return page;
}

types::Task make_task(std::int64_t number, std::int64_t version = 1)
{
    types::Task task = make_page_of({number}, 1).tasks.front();
    task.version = version;
    return task;
}

class PutPages : public ::testing::Test {
protected:
    /// The page of three that is kept, of four tasks in all.
    void keep(const PageName& name = page_of_three())
    {
        for (int i = 0; i < 2; ++i)
            cache.note(name, 7, make_page_of({4, 3, 2}, 4), start);
    }

    static PageName page_of_three() { return name_of("ada", {.limit = 3}); }

    std::shared_ptr<const KeptPage> find() { return cache.find(page_of_three(), start); }

    PageCache cache;
};

TEST_F(PutPages, get_a_new_task_in_front)
{
    keep();
    cache.put({make_task(5), 8, ChangeKind::create}, start);
    const auto kept = find();
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->last_change, 8);
    const TaskPage page = kept->to_page();
    EXPECT_THAT(numbers_of(page.tasks), ElementsAre(5, 4, 3));
    EXPECT_EQ(page.total, 5);
    ASSERT_TRUE(page.next);
    EXPECT_EQ(page.next->number, 3);
}

TEST_F(PutPages, end_where_there_is_more_once_they_are_full)
{
    for (int i = 0; i < 2; ++i)
        cache.note(page_of_three(), 7, make_page_of({2, 1}, 2), start);
    for (const std::int64_t number : {3, 4}) {
        cache.put({make_task(number), number + 5, ChangeKind::create}, start);
        const auto kept = find();
        ASSERT_NE(kept, nullptr);
        EXPECT_EQ(kept->last_change, number + 5);
        EXPECT_EQ(kept->total, number);
        EXPECT_EQ(kept->tasks.size(), 3U);
        EXPECT_EQ(kept->next.has_value(), number == 4);
    }
}

TEST_F(PutPages, get_a_task_as_it_is_now)
{
    keep();
    const auto before = find();
    cache.put({make_task(3, 2), 8, ChangeKind::update}, start);
    const auto kept = find();
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->last_change, 8);
    EXPECT_EQ(kept->total, 4);
    EXPECT_THAT(numbers_of(kept->to_page().tasks), ElementsAre(4, 3, 2));
    EXPECT_EQ(kept->tasks[1]->version, 2);
    EXPECT_EQ(before->tasks[1]->version, 1);

    cache.put({make_task(1, 2), 9, ChangeKind::update}, start);
    EXPECT_EQ(find()->last_change, 9);
    EXPECT_EQ(find()->to_page().tasks, kept->to_page().tasks);
}

TEST_F(PutPages, are_kept_when_they_are_read_as_they_were_but_for_changes)
{
    cache.note(page_of_three(), 7, make_page_of({4, 3, 2}, 4), start);
    cache.put({make_task(5), 8, ChangeKind::create}, start);
    EXPECT_EQ(find(), nullptr);
    cache.note(page_of_three(), 8, make_page_of({5, 4, 3}, 5), start);
    ASSERT_NE(find(), nullptr);
    EXPECT_EQ(find()->last_change, 8);
}

TEST_F(PutPages, are_not_replaced_by_what_was_read_before)
{
    keep();
    cache.put({make_task(5), 8, ChangeKind::create}, start);
    cache.note(page_of_three(), 7, make_page_of({4, 3, 2}, 4), start);
    ASSERT_NE(find(), nullptr);
    EXPECT_EQ(find()->last_change, 8);
    // Where the log has gone back, which a restore may do, that is so for as long as a page lasts.
    const auto later = start + PageCache::max_age + std::chrono::seconds{1};
    for (int i = 0; i < 2; ++i)
        cache.note(page_of_three(), 7, make_page_of({4, 3, 2}, 4), later);
    EXPECT_EQ(cache.find(page_of_three(), later)->last_change, 7);
}

TEST_F(PutPages, of_a_user_are_few)
{
    const auto page = [](std::int64_t limit) { return name_of("ada", {.limit = limit}); };
    constexpr std::int64_t count = 2 * PageCache::max_put;
    for (std::int64_t limit = 1; limit <= count; ++limit)
        keep(page(limit));
    cache.put({make_task(3, 2), 8, ChangeKind::update}, start);
    int put = 0;
    for (std::int64_t limit = 1; limit <= count; ++limit)
        put += cache.find(page(limit), start)->last_change == 8 ? 1 : 0;
    EXPECT_EQ(put, PageCache::max_put);
}

TEST_F(PutPages, may_be_ahead_of_their_log)
{
    keep();
    // As they are when the task was made, or changed, between the two statements that read them.
    cache.put({make_task(4), 8, ChangeKind::create}, start);
    EXPECT_EQ(find()->last_change, 7);
    cache.put({make_task(3, 0), 8, ChangeKind::update}, start);
    EXPECT_EQ(find()->last_change, 8);
    EXPECT_EQ(find()->tasks[1]->version, 1);
}

TEST_F(PutPages, are_as_they_were_where_the_change_is_not_the_next)
{
    keep();
    types::Task of_bob = make_task(5);
    of_bob.user_id = "bob";
    cache.put({of_bob, 8, ChangeKind::create}, start);
    cache.put({make_task(6), 9, ChangeKind::create}, start);
    cache.put({make_task(3, 2), 7, ChangeKind::update}, start);
    EXPECT_EQ(find()->last_change, 7);
    EXPECT_THAT(numbers_of(find()->to_page().tasks), ElementsAre(4, 3, 2));
    EXPECT_EQ(find()->tasks[1]->version, 1);
}

TEST_F(PutPages, are_those_alone_that_begin_with_the_newest)
{
    std::vector<TaskQuery> others(4, {.limit = 3});
    others[0].filter.status = StatusFilter::pending;
    others[1].sort.reversed = true;
    others[2].after = TaskPosition{.key = {}, .number = 5};
    others[3].skip = 1;
    for (const TaskQuery& query : others)
        keep(name_of("ada", query));
    keep();
    cache.put({make_task(3, 2), 8, ChangeKind::update}, start);
    for (const TaskQuery& query : others)
        EXPECT_EQ(cache.find(name_of("ada", query), start)->last_change, 7) << &query - &others[0];
    EXPECT_EQ(find()->last_change, 8);
}

TEST_F(PutPages, are_no_younger_and_take_no_more_than_their_memory)
{
    keep();
    cache.put({make_task(3, 2), 8, ChangeKind::update}, start);
    const auto later = start + PageCache::max_age + std::chrono::seconds{1};
    EXPECT_EQ(cache.find(page_of_three(), later), nullptr);
    cache.put({make_task(3, 4), 9, ChangeKind::update}, later);
    EXPECT_EQ(find()->last_change, 8);
    types::Task task = make_task(3, 3);
    task.description = std::string(PageCache::max_page_bytes, 'x');
    cache.put({task, 9, ChangeKind::update}, start);
    EXPECT_EQ(find()->last_change, 8);

    constexpr std::size_t large = PageCache::max_page_bytes / 2;
    constexpr std::size_t most = PageCache::max_bytes / large;
    for (std::size_t i = 0; i < 2 * most; ++i) {
        types::Task of_user = make_task(3, 2);
        of_user.user_id = fmt::format("user {}", i);
        of_user.description = std::string(large, 'x');
        for (int twice = 0; twice < 2; ++twice)
            cache.note(name_of(of_user.user_id, {}), 7, make_page_of({4, 3, 2}, 3), start);
        cache.put({of_user, 8, ChangeKind::update}, start);
    }
    std::size_t there = 0;
    for (std::size_t i = 0; i < 2 * most; ++i)
        there += cache.find(name_of(fmt::format("user {}", i), {}), start) ? 1 : 0;
    EXPECT_LE(there, most);
    EXPECT_GT(there, most / 2);
}

}  // namespace
}  // namespace todod::store::postgres
