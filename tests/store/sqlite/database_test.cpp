#include "store/sqlite/database.hpp"

#include <gtest/gtest.h>

#include "support/sqlite.hpp"
#include "support/tasks.hpp"
#include "support/together.hpp"

namespace todod::store::sqlite {
namespace {

using base::Async;
using testing::create_task;
using testing::new_task;
using testing::run_together;
using types::Task;

class DatabaseTest : public ::testing::Test, public testing::SqliteDatabase {};

TEST_F(DatabaseTest, an_answered_write_is_on_disk)
{
    // Not to be seen without pulling the plug: that it is so is a matter of these two.
    struct Durability {
        std::string journal;
        std::int64_t synchronous = 0;
    };
    const auto writer = open_writer(path());
    base::BlockingLoop loop;
    db::sqlite::LoopWriter port{*writer, loop};
    const auto ask = [&]() -> Async<Durability> {
        co_return co_await port.write([](db::sqlite::Connection& connection) {
            auto journal = connection.query("PRAGMA journal_mode");
            auto synchronous = connection.query("PRAGMA synchronous");
            journal.step();
            synchronous.step();
            return Durability{std::string{journal.text(0)}, synchronous.integer(0)};
        });
    };
    constexpr std::int64_t full = 2;
    const Durability durability = loop.run(ask());
    EXPECT_EQ(durability.journal, "wal");
    EXPECT_EQ(durability.synchronous, full);
}

TEST_F(DatabaseTest, an_account_of_thousands_of_tasks_goes_with_all_of_them)
{
    constexpr int many = 2100;
    add_user("ada");
    add_user("bob");
    run(create_task(tasks(), new_task("bob", "needle of bob")));
    std::vector<Async<Task>> work;
    for (int i = 0; i < many; ++i)
        work.push_back(create_task(tasks(), new_task("ada", "needle")));
    run_together(loop(), std::move(work));
    run(accounts().remove("ada", clock().now()));

    db::sqlite::Connection connection{path(), db::sqlite::Connection::Mode::read_only};
    auto left = connection.query("SELECT count(*) FROM tasks");
    left.step();
    EXPECT_EQ(left.integer(0), 1);
    auto found =
        connection.query("SELECT count(*) FROM task_words WHERE task_words MATCH 'needle'");
    found.step();
    EXPECT_EQ(found.integer(0), 1);
    EXPECT_EQ(run(accounts().find_standing("ada")), std::nullopt);
}

}  // namespace
}  // namespace todod::store::sqlite
