#include "db/sqlite/checkpointer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "base/error.hpp"
#include "support/temp_folder.hpp"

namespace todod::db::sqlite {
namespace {

constexpr int rows = 200;

/// A database with a log of its own, and `rows` rows in it.
Connection make_database(const std::string& path)
{
    Connection connection{path, Connection::Mode::create};
    connection.script(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;"
        "CREATE TABLE kept (number INTEGER PRIMARY KEY, text TEXT)");
    for (int i = 1; i <= rows; ++i) {
        connection.run("INSERT INTO kept (number, text) VALUES (?1, ?2)", {i, "some text"});
    }
    return connection;
}

/// Whether `file` holds the rows without the log: as a copy of it alone is read.
bool holds_all(const std::string& file, const std::string& copy)
{
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    Connection connection{copy, Connection::Mode::create};
    try {
        auto tables = connection.query("SELECT 1 FROM sqlite_schema WHERE name = 'kept'");
        if (!tables.step()) return false;
        auto counted = connection.query("SELECT count(*) FROM kept");
        return counted.step() && counted.integer(0) == rows;
    } catch (const base::Error&) {
        return false;  // copied in the middle of a checkpoint
    }
}

TEST(Checkpointer, moves_the_log_into_the_database_while_others_have_it_open)
{
    const testing::TempFolder folder;
    const std::string path = folder.file("a.db");
    const std::string copy = folder.file("copy.db");
    const Connection writer = make_database(path);
    ASSERT_FALSE(holds_all(path, copy));

    Checkpointer checkpointer{path};
    checkpointer.wake();
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (!holds_all(path, copy) && std::chrono::steady_clock::now() < give_up) {
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    EXPECT_TRUE(holds_all(path, copy));
}

TEST(Checkpointer, ends_at_once_when_nothing_was_asked_of_it)
{
    const testing::TempFolder folder;
    const std::string path = folder.file("a.db");
    const Connection writer = make_database(path);
    {
        const Checkpointer checkpointer{path};
    }
    EXPECT_FALSE(holds_all(path, folder.file("copy.db")));
}

TEST(Connection, tells_how_long_the_log_is_after_each_commit)
{
    const testing::TempFolder folder;
    Connection connection = make_database(folder.file("a.db"));
    std::vector<int> seen;
    connection.watch_log([&](int pages) { seen.push_back(pages); });
    connection.run("INSERT INTO kept (text) VALUES ('more')");
    connection.run("INSERT INTO kept (text) VALUES ('more')");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_LT(seen[0], seen[1]);
}

TEST(Connection, begins_the_log_anew_after_a_checkpoint)
{
    const testing::TempFolder folder;
    Connection connection = make_database(folder.file("a.db"));
    std::vector<int> seen;
    connection.watch_log([&](int pages) { seen.push_back(pages); });
    connection.run("INSERT INTO kept (text) VALUES ('more')");
    connection.checkpoint();
    connection.run("INSERT INTO kept (text) VALUES ('more')");
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_GT(seen[0], seen[1]);
}

}  // namespace
}  // namespace todod::db::sqlite
