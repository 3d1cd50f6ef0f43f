#include "store/postgres/page_cache.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <random>

#include "base/error.hpp"
#include "db/postgres/settings.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::store::postgres {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::create_task;
using testing::new_task;
using testing::numbers_of;
using types::StatusFilter;

constexpr PageCache::TimePoint start{std::chrono::hours{1}};
constexpr std::size_t large = PageCache::max_page_bytes / 2;

PageName page_of(std::string user_id)
{
    return name_of(user_id, {});
}

/// One that is so large.
TaskPage make_page(std::size_t bytes = 0)
{
    TaskPage page;
    page.tasks.push_back(new_task("ada", std::string(bytes, 'x')));
    return page;
}

/// As often as it takes until it is kept.
void keep(PageCache& cache, const PageName& name, std::int64_t last_change, std::size_t bytes = 0,
          PageCache::TimePoint now = start)
{
    cache.note(name, last_change, make_page(bytes), now);
    cache.note(name, last_change, make_page(bytes), now);
}

TEST(PageCache, keeps_what_was_the_same_twice)
{
    PageCache cache;
    EXPECT_EQ(cache.find(page_of("ada"), start), nullptr);
    for (std::int64_t last_change = 1; last_change <= 3; ++last_change) {
        cache.note(page_of("ada"), last_change, make_page(), start);
        EXPECT_EQ(cache.find(page_of("ada"), start), nullptr) << last_change;
    }
    const TaskPage page = make_page(5);
    cache.note(page_of("ada"), 3, page, start);
    const auto kept = cache.find(page_of("ada"), start);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->last_change, 3);
    EXPECT_EQ(kept->page.tasks, page.tasks);
    cache.note(page_of("ada"), 4, make_page(), start);
    EXPECT_EQ(cache.find(page_of("ada"), start), nullptr);
    EXPECT_EQ(kept->page.tasks, page.tasks);
}

TEST(PageCache, tells_pages_apart_by_all_that_they_are_asked_by)
{
    const std::function<void(TaskQuery&)> table[] = {
        [](TaskQuery&) {},
        [](TaskQuery& query) { query.filter.status = StatusFilter::pending; },
        [](TaskQuery& query) { query.filter.status = StatusFilter::completed; },
        [](TaskQuery& query) { query.sort.reversed = true; },
        [](TaskQuery& query) { query.after = TaskPosition{.key = {}, .number = 0}; },
        [](TaskQuery& query) { query.after = TaskPosition{.key = {}, .number = 5}; },
        [](TaskQuery& query) { query.skip = 5; },
        [](TaskQuery& query) { query.limit = 5; },
    };
    PageCache cache;
    for (const std::string user : {"ada", "bob"}) {
        std::int64_t last_change = 0;
        for (const auto& set : table) {
            TaskQuery query;
            set(query);
            const PageName name = name_of(user, query);
            EXPECT_EQ(cache.find(name, start), nullptr) << user << &set - table;
            keep(cache, name, ++last_change);
        }
    }
    for (const std::string user : {"ada", "bob"}) {
        std::int64_t last_change = 0;
        for (const auto& set : table) {
            TaskQuery query;
            set(query);
            const auto kept = cache.find(name_of(user, query), start);
            ASSERT_NE(kept, nullptr) << user << &set - table;
            EXPECT_EQ(kept->last_change, ++last_change);
        }
    }
}

TEST(PageCache, forgets_a_page_after_its_time)
{
    PageCache cache;
    keep(cache, page_of("ada"), 1);
    keep(cache, page_of("bob"), 1, 0, start + std::chrono::seconds{1});
    const auto end = start + PageCache::max_age;
    EXPECT_NE(cache.find(page_of("ada"), end), nullptr);
    EXPECT_EQ(cache.find(page_of("ada"), end + std::chrono::milliseconds{1}), nullptr);
    EXPECT_NE(cache.find(page_of("bob"), end + std::chrono::milliseconds{1}), nullptr);
}

TEST(PageCache, takes_no_more_than_its_memory)
{
    PageCache cache;
    keep(cache, page_of("ada"), 1, PageCache::max_page_bytes);
    EXPECT_EQ(cache.find(page_of("ada"), start), nullptr);
    constexpr std::size_t most = PageCache::max_bytes / large;
    for (std::size_t i = 0; i < 2 * most; ++i) {
        keep(cache, page_of(fmt::format("user {}", i)), 1, large);
        keep(cache, page_of("bob"), 1, large);
    }
    std::size_t there = 0;
    for (std::size_t i = 0; i < 2 * most; ++i)
        there += cache.find(page_of(fmt::format("user {}", i)), start) ? 1 : 0;
    EXPECT_LT(there, most);
    EXPECT_GT(there, most / 2);
    EXPECT_NE(cache.find(page_of("bob"), start), nullptr);
    EXPECT_EQ(cache.find(page_of("user 0"), start), nullptr);
}

TEST(PageCache, takes_no_more_than_its_memory_for_what_is_read_once)
{
    PageCache cache;
    constexpr std::size_t most = PageCache::max_bytes / sizeof(PageName);
    for (std::size_t i = 0; i < most; ++i)
        cache.note(page_of(fmt::format("user {}", i)), 1, make_page(), start);
    cache.note(page_of("user 0"), 1, make_page(), start);
    EXPECT_EQ(cache.find(page_of("user 0"), start), nullptr);
    const std::string last = fmt::format("user {}", most - 1);
    cache.note(page_of(last), 1, make_page(), start);
    EXPECT_NE(cache.find(page_of(last), start), nullptr);
}

class KeptPages : public ::testing::Test, public testing::TestDatabase {
protected:
    KeptPages() : TestDatabase(testing::DatabaseKind::postgres)
    {
        add_user("ada");
        for (const char* const title : {"Tea", "Milk", "Bread"})
            run(create_task(tasks(), new_task("ada", title)));
    }

    TaskPage list(TaskQuery query = {}) { return run(tasks().list({"ada"}, std::move(query))); }

    std::string first_title() { return list({.limit = 1}).tasks.at(0).title; }

    db::CacheActivity count() { return storage().activity().caches.at(0); }

    /// Changes a task past the log.
    void change_unseen() { execute("UPDATE tasks SET title = 'Unseen' WHERE number = 3"); }
};

TEST_F(KeptPages, are_given_as_long_as_nothing_of_the_user_has_changed)
{
    add_user("bob");
    EXPECT_EQ(first_title(), "Bread");
    EXPECT_EQ(first_title(), "Bread");
    change_unseen();
    run(create_task(tasks(), new_task("bob", "Of another")));
    EXPECT_EQ(first_title(), "Bread");
    EXPECT_EQ(count().hits, 1U);
    EXPECT_EQ(count().misses, 2U);
    run(tasks().update("ada", 1, std::nullopt, {.title = "Green tea"}, clock().now()));
    EXPECT_EQ(first_title(), "Unseen");
    EXPECT_EQ(count().misses, 3U);
}

TEST_F(KeptPages, have_their_total_and_where_they_end)
{
    for (const auto status : {StatusFilter::all, StatusFilter::pending}) {
        TaskQuery query{.limit = 2};
        query.filter.status = status;
        const TaskPage read = list(query);
        list(query);
        const TaskPage given = list(query);
        EXPECT_THAT(numbers_of(given.tasks), ElementsAre(3, 2));
        EXPECT_EQ(given.tasks, read.tasks);
        EXPECT_EQ(given.total, 3);
        ASSERT_TRUE(given.next);
        EXPECT_EQ(given.next->number, 2);
    }
    EXPECT_EQ(count().hits, 2U);
}

TEST_F(KeptPages, of_an_account_that_has_gone_are_given_to_nobody)
{
    // As a release without the log leaves an account.
    execute("UPDATE users SET last_change = 0");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(list().total, 3);
    EXPECT_EQ(count().hits, 1U);
    execute("DELETE FROM tasks; DELETE FROM users");
    EXPECT_THAT(list().tasks, IsEmpty());
    EXPECT_EQ(list().total, 0);
    User ada{"ada"};
    ada.seen = User::Sighting{};
    EXPECT_EQ(testing::error_of([&] { run(tasks().list(ada, {})); }).code(),
              base::ErrorCode::unauthorized);
}

/// Two processes that change the tasks of a few users, and look at pages of them all the time.
TEST_F(KeptPages, are_what_a_process_without_any_would_read)
{
    const auto open = [&] { return open_storage(db::postgres::parse_url(url()), 1); };
    const auto other = open();
    const auto others = other->connect(loop())->tasks();
    const std::vector<std::string> users{"ada", "bob"};
    add_user("bob");
    std::mt19937 random{20261122};
    const auto pick = [&](int count) {
        return std::uniform_int_distribution{0, count - 1}(random);
    };
    const auto change = [&](store::Tasks& store, const std::string& user) {
        const types::TaskRef task = std::int64_t{pick(6)};
        try {
            switch (pick(5)) {
                case 0:
                    run(create_task(store, new_task(user, "New")));
                    break;
                case 1:
                    run(store.remove(user, task, std::nullopt, clock().now()));
                    break;
                case 2:
                    run(store.update(user, task, std::nullopt, {.title = "Other"}, clock().now()));
                    break;
                default:
                    run(store.update(user, task, std::nullopt, {.toggle = true}, clock().now()));
            }
        } catch (const base::Error& error) {
            ASSERT_EQ(error.code(), base::ErrorCode::not_found);
        }
    };
    for (int i = 0; i < 500; ++i) {
        store::Tasks& store = pick(2) == 0 ? tasks() : *others;
        if (pick(8) == 0) change(store, users[static_cast<std::size_t>(pick(2))]);
        TaskQuery query{.skip = pick(2), .limit = 1 + pick(2)};
        query.sort.reversed = pick(2) == 0;
        query.filter.status = static_cast<StatusFilter>(pick(2));
        const std::string& user = users[static_cast<std::size_t>(pick(2))];
        const TaskPage page = run(store.list(user, query));
        const auto without = open();
        const TaskPage read = run(without->connect(loop())->tasks()->list(user, query));
        ASSERT_EQ(page.tasks, read.tasks) << i;
        ASSERT_EQ(page.total, read.total) << i;
        ASSERT_EQ(page.next.has_value(), read.next.has_value()) << i;
    }
    EXPECT_GT(count().hits, 0U);
    EXPECT_GT(count().misses, 0U);
}

}  // namespace
}  // namespace todod::store::postgres
