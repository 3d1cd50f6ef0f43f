#include "store/postgres/page_cache.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <random>
#include <set>

#include "base/error.hpp"
#include "db/postgres/settings.hpp"
#include "store/changes.hpp"
#include "store/imports.hpp"
#include "support/database.hpp"
#include "support/errors.hpp"
#include "support/tasks.hpp"

namespace todod::store::postgres {
namespace {

using testing::create_task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
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
    EXPECT_EQ(kept->to_page().tasks, page.tasks);
    cache.note(page_of("ada"), 4, make_page(), start);
    EXPECT_EQ(cache.find(page_of("ada"), start), nullptr);
    EXPECT_EQ(kept->to_page().tasks, page.tasks);
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

TEST(PageCache, gives_no_page_that_is_old_and_keeps_it_anew_at_once)
{
    PageCache cache;
    keep(cache, page_of("ada"), 1);
    const auto end = start + PageCache::max_age;
    EXPECT_NE(cache.find(page_of("ada"), end), nullptr);
    const auto later = end + std::chrono::milliseconds{1};
    EXPECT_EQ(cache.find(page_of("ada"), later), nullptr);
    cache.note(page_of("ada"), 1, make_page(), later);
    EXPECT_NE(cache.find(page_of("ada"), later), nullptr);
}

TEST(PageCache, forgets_what_nobody_reads)
{
    PageCache cache;
    keep(cache, page_of("ada"), 1);
    keep(cache, page_of("bob"), 1);
    const auto later = start + PageCache::max_unread + std::chrono::milliseconds{1};
    cache.note(page_of("eve"), 1, make_page(), later);
    for (const std::string user : {"ada", "bob"})
        EXPECT_EQ(cache.find(page_of(user), start), nullptr) << user;
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

std::optional<std::int64_t> next_of(const TaskPage& page)
{
    if (!page.next) return std::nullopt;
    return page.next->number;
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
    run(tasks().remove("ada", 1, std::nullopt, clock().now()));
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

/// Each way in which a task changes, one after the other: pages that are kept are brought up to
/// date or do not outlive it.
TEST_F(KeptPages, go_with_whatever_changes_a_task)
{
    const auto write = [&](TaskWrite write) {
        WriteRequest request{.now = clock().now()};
        request.writes.push_back(std::move(write));
        const WriteOutcome outcome = run(tasks().write({"ada"}, std::move(request)));
        ASSERT_TRUE(outcome.is_done);
    };
    const auto last = [&] { return run(changes().list({"ada"}, 0, 100)).changes.back(); };
    const types::Task made = new_task("ada", "Made");
    const std::set<std::string_view> put{"create", "create once", "complete",
                                         "toggle", "change",      "revert"};
    const std::vector<std::pair<std::string_view, std::function<void()>>> writers{
        {"create", [&] { run(create_task(tasks(), made)); }},
        {"create once",
         [&] {
             run(tasks().create_once(
                 {"ada"}, new_task("ada", "Once"),
                 {.operation = "create_task", .key = "k", .fingerprint = "f", .now = {}}));
         }},
        {"complete",
         [&] { run(tasks().update({"ada"}, made.id, std::nullopt, {.completed = true}, {})); }},
        {"toggle",
         [&] { run(tasks().update({"ada"}, made.id, std::nullopt, {.toggle = true}, {})); }},
        {"change",
         [&] { run(tasks().update({"ada"}, made.id, std::nullopt, {.title = "Tea"}, {})); }},
        {"revert", [&] { write(RevertChange{last()}); }},
        {"remove", [&] { run(tasks().remove({"ada"}, made.id, std::nullopt, clock().now())); }},
        {"restore", [&] { write(RestoreTask{made.id}); }},
        {"make", [&] { write(MakeTask{new_task("ada", "Among others")}); }},
        {"import",
         [&] {
             ImportRun import{.at = clock().now()};
             run(database().imports()->make_tasks({new_task("ada", "Imported")}, import));
         }},
    };
    for (const auto& [name, change] : writers) {
        for (int i = 0; i < 3; ++i)
            list();
        const auto hits = count().hits;
        const TaskPage before = list();
        EXPECT_EQ(count().hits, hits + 1) << name;
        change();
        const TaskPage after = list();
        EXPECT_EQ(count().hits, hits + (put.contains(name) ? 2 : 1)) << name;
        EXPECT_NE(after.tasks, before.tasks) << name;
        const auto other = open_storage(db::postgres::parse_url(url()), 1);
        const TaskPage read = run(other->connect(loop())->tasks()->list({"ada"}, {}));
        EXPECT_EQ(after.tasks, read.tasks) << name;
        EXPECT_EQ(after.total, read.total) << name;
        EXPECT_EQ(next_of(after), next_of(read)) << name;
    }
}

TEST_F(KeptPages, are_not_brought_up_to_date_by_what_does_not_change_a_set_that_has)
{
    for (int i = 0; i < 2; ++i)
        list();
    User ada{"ada"};
    ada.changes = std::make_shared<types::ChangeScope>();
    run(tasks().remove(ada, 1, std::nullopt, clock().now()));
    run(tasks().update(ada, 2, std::nullopt, {.title = "Milk"}, clock().now()));
    EXPECT_THAT(numbers_of(list().tasks), ElementsAre(3, 2));
}

TEST_F(KeptPages, have_what_was_done_and_not_what_was_tried_or_told_again)
{
    for (int i = 0; i < 2; ++i)
        list();
    const auto rename = [&](std::string title, bool is_dry_run, std::optional<std::string> key) {
        WriteRequest request{.now = clock().now(), .is_dry_run = is_dry_run};
        request.writes.push_back(ChangeTask{.task = 2, .change = {.title = std::move(title)}});
        if (key) {
            request.idempotency = Idempotency{
                .operation = "batch", .key = *key, .fingerprint = "f", .now = clock().now()};
        }
        run(tasks().write({"ada"}, std::move(request)));
        return list().tasks.at(1).title;
    };
    EXPECT_EQ(rename("Tried", true, std::nullopt), "Milk");
    EXPECT_EQ(rename("Oat milk", false, "key"), "Oat milk");
    EXPECT_EQ(rename("Soy milk", false, std::nullopt), "Soy milk");
    EXPECT_EQ(rename("Oat milk", false, "key"), "Soy milk");
    EXPECT_EQ(count().hits, 4U);
}

/// Two processes that change the tasks of two users, and look at a few pages of them all the time.
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
        const TaskPage all = run(store.list({user}, {.limit = 1000}));
        if (all.tasks.empty() || pick(4) == 0) {
            run(create_task(store, new_task(user, "New")));
            return;
        }
        const base::Uuid id =
            all.tasks[static_cast<std::size_t>(pick(static_cast<int>(all.tasks.size())))].id;
        if (pick(4) == 0) {
            run(store.remove({user}, id, std::nullopt, clock().now()));
        } else {
            run(store.update({user}, id, std::nullopt, {.toggle = true}, clock().now()));
        }
    };
    std::vector<TaskQuery> queries(3);
    queries[0].limit = 2;
    queries[1].sort.reversed = true;
    queries[2].filter.status = StatusFilter::pending;
    for (int i = 0; i < 60; ++i) {
        if (pick(2) == 0) {
            change(pick(2) == 0 ? tasks() : *others, users[static_cast<std::size_t>(pick(2))]);
        }
        const auto without = open();
        const auto reader = without->connect(loop())->tasks();
        for (const std::string& user : users) {
            for (const TaskQuery& query : queries) {
                const TaskPage read = run(reader->list({user}, query));
                for (store::Tasks* const store : {&tasks(), others.get()}) {
                    const TaskPage page = run(store->list({user}, query));
                    ASSERT_EQ(page.tasks, read.tasks) << i;
                    ASSERT_EQ(page.total, read.total) << i;
                    ASSERT_EQ(next_of(page), next_of(read)) << i;
                }
            }
        }
    }
    EXPECT_GT(count().hits, 100U);
    EXPECT_GT(count().misses, 100U);
}

}  // namespace
}  // namespace todod::store::postgres
