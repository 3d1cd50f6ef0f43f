#include <gmock/gmock.h>

#include "db/sqlite/connection.hpp"
#include "support/errors.hpp"
#include "support/temp_folder.hpp"

namespace todod::db::sqlite {
namespace {

using testing::error_of;

class CopyTest : public ::testing::Test {
protected:
    CopyTest()
    {
        source_.script(
            "PRAGMA journal_mode = WAL; CREATE TABLE notes (text TEXT);"
            "CREATE TABLE bulk (bytes BLOB); INSERT INTO notes VALUES ('before')");
        // So much that it is copied in several steps.
        for (int i = 0; i < 5; ++i)
            source_.run("INSERT INTO bulk VALUES (zeroblob(8000000))");
    }

    static std::string notes(Connection& connection)
    {
        auto rows = connection.query("SELECT group_concat(text, ' ') FROM notes");
        rows.step();
        return std::string{rows.text(0)};
    }

    testing::TempFolder folder_;
    std::string path_ = folder_.file("source.db");
    Connection source_{path_, Connection::Mode::create};
    Connection target_{folder_.file("target.db"), Connection::Mode::create};
};

TEST_F(CopyTest, is_of_one_moment_and_keeps_no_writer_waiting)
{
    Connection writer{path_, Connection::Mode::read_write};
    int steps = 0;
    std::uint64_t last = 0;
    source_.copy_to(target_, [&](std::uint64_t pages, std::uint64_t all) {
        ++steps;
        EXPECT_GT(pages, last);
        EXPECT_LE(pages, all);
        last = pages;
        writer.run("INSERT INTO notes VALUES ('meanwhile')");
    });
    EXPECT_GT(steps, 2);
    EXPECT_EQ(notes(target_), "before");
    EXPECT_TRUE(notes(source_).ends_with("meanwhile"));
}

TEST_F(CopyTest, has_what_stands_in_the_log_alone)
{
    Connection writer{path_, Connection::Mode::read_write};
    writer.run("INSERT INTO notes VALUES ('after')");
    source_.copy_to(target_, [](std::uint64_t, std::uint64_t) {});
    EXPECT_EQ(notes(target_), "before after");
}

TEST_F(CopyTest, ends_where_it_is_stopped)
{
    const auto stop = [](std::uint64_t, std::uint64_t) {
        throw base::Error{base::ErrorCode::unavailable, "stopped"};
    };
    EXPECT_EQ(error_of([&] { source_.copy_to(target_, stop); }).message(), "stopped");
    source_.run("INSERT INTO notes VALUES ('goes on')");
    EXPECT_EQ(notes(source_), "before goes on");
}

TEST_F(CopyTest, a_statement_ends_where_it_is_stopped)
{
    int looks = 0;
    source_.stop_when([&] { return ++looks == 2; });
    const auto endless = [&] {
        source_.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT count(*) FROM n");
    };
    EXPECT_EQ(error_of(endless).code(), base::ErrorCode::unavailable);
    EXPECT_EQ(looks, 2);
}

}  // namespace
}  // namespace todod::db::sqlite
