#include "db/sqlite/reader.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <stdexcept>

#include "base/error.hpp"
#include "support/temp_folder.hpp"
#include "support/together.hpp"

namespace todod::db::sqlite {
namespace {

using base::Async;
using base::ErrorCode;
using testing::all;
using testing::TestLoop;

std::int64_t count(Connection& connection)
{
    auto rows = connection.query("SELECT count(*) FROM t");
    rows.step();
    return rows.integer(0);
}

/// A database to write to on the side, and a reader of it.
class ReaderTest : public ::testing::Test {
protected:
    ReaderTest()
    {
        connection_.script("PRAGMA journal_mode = WAL; CREATE TABLE t (n INTEGER PRIMARY KEY)");
    }

    std::string path() const { return folder_.file("test.db"); }
    void insert() { connection_.run("INSERT INTO t DEFAULT VALUES"); }

    /// Reads the count, once `before` has been called in the batch.
    Async<std::int64_t> read(std::function<void()> before = [] {})
    {
        co_return co_await reader_.read([&](Connection& connection) {
            before();
            return count(connection);
        });
    }

    Async<std::int64_t> fail()
    {
        co_return co_await reader_.read(
            [](Connection&) -> std::int64_t { throw std::runtime_error{"away"}; });
    }

    testing::TempFolder folder_;
    TestLoop loop_;
    Connection connection_{path(), Connection::Mode::create};
    Reader reader_{path(), loop_};
};

TEST_F(ReaderTest, sees_what_was_written_before_it_was_asked)
{
    for (std::int64_t n = 1; n <= 20; ++n) {
        insert();
        EXPECT_EQ(loop_.run(read()), n);
    }
}

TEST_F(ReaderTest, sees_what_was_written_before_any_of_the_batch_was_asked)
{
    testing::Together<std::int64_t> first{loop_};
    testing::Together<std::int64_t> second{loop_};
    first.start(all(read()));
    insert();
    second.start(all(read()));
    insert();
    // All are in one batch, whose snapshot is opened after the last of them arrived.
    EXPECT_EQ(first.finish().front().value, 2);
    EXPECT_EQ(second.finish().front().value, 2);
}

TEST_F(ReaderTest, reads_of_a_batch_see_the_same)
{
    const auto outcomes =
        testing::run_together(loop_, all(read(), read([this] { insert(); }), read()));
    for (const auto& outcome : outcomes)
        EXPECT_EQ(outcome.value, 0);
    EXPECT_EQ(loop_.run(read()), 1);
}

TEST_F(ReaderTest, one_that_fails_fails_alone)
{
    insert();
    for (int place = 0; place < 3; ++place) {
        std::vector<Async<std::int64_t>> work;
        for (int i = 0; i < 3; ++i)
            work.push_back(i == place ? fail() : read());
        const auto outcomes = testing::run_together(loop_, std::move(work));
        for (int i = 0; i < 3; ++i) {
            const auto& outcome = outcomes[static_cast<std::size_t>(i)];
            EXPECT_EQ(outcome.value.has_value(), i != place);
        }
    }
}

TEST_F(ReaderTest, may_be_asked_again_by_those_it_has_answered)
{
    insert();
    const auto twice = [](Reader& reader) -> Async<std::int64_t> {
        const auto first = co_await reader.read(count);
        co_return first + co_await reader.read(count);
    };
    const auto outcomes = testing::run_together(loop_, all(twice(reader_), twice(reader_)));
    EXPECT_EQ(outcomes[0].value, 2);
    EXPECT_EQ(outcomes[1].value, 2);
}

TEST_F(ReaderTest, refuses_more_than_may_wait)
{
    std::vector<Async<std::int64_t>> work;
    for (std::size_t i = 0; i <= Reader::max_waiting; ++i)
        work.push_back(read());
    const auto outcomes = testing::run_together(loop_, std::move(work));
    for (std::size_t i = 0; i < Reader::max_waiting; ++i)
        EXPECT_TRUE(outcomes[i].value);
    EXPECT_EQ(outcomes.back().code(), ErrorCode::unavailable);
    EXPECT_EQ(loop_.run(read()), 0);
}

TEST_F(ReaderTest, a_batch_whose_end_fails_keeps_what_it_has_read)
{
    insert();
    const auto end_early = [](Reader& reader) -> Async<std::int64_t> {
        co_return co_await reader.read([](Connection& connection) {
            connection.run("COMMIT");
            return std::int64_t{-1};
        });
    };
    const auto outcomes = testing::run_together(loop_, all(read(), end_early(reader_), read()));
    EXPECT_EQ(outcomes[0].value, 1);
    EXPECT_EQ(outcomes[1].value, -1);
    EXPECT_EQ(outcomes[2].value, 1);
    EXPECT_EQ(loop_.run(read()), 1);
}

TEST_F(ReaderTest, cannot_write)
{
    const auto write = [](Reader& reader) -> Async<std::int64_t> {
        co_return co_await reader.read(
            [](Connection& connection) { return connection.run("DELETE FROM t"); });
    };
    EXPECT_EQ(testing::run_together(loop_, all(write(reader_))).front().code(),
              ErrorCode::unavailable);
}

TEST_F(ReaderTest, needs_a_database_that_is_there)
{
    TestLoop loop;
    EXPECT_THROW((Reader{folder_.file("none.db"), loop}), base::Error);
}

TEST_F(ReaderTest, one_that_takes_too_long_fails_alone)
{
    const auto endless = [&]() -> Async<std::int64_t> {
        co_return co_await reader_.read([](Connection& connection) {
            connection.limit_time(std::chrono::milliseconds{1});
            auto rows = connection.query(
                "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
                " SELECT count(*) FROM c");
            rows.step();
            return rows.integer(0);
        });
    };
    insert();
    std::vector<Async<std::int64_t>> work;
    work.push_back(endless());
    work.push_back(read());
    const auto outcomes = testing::run_together(loop_, std::move(work));
    EXPECT_EQ(outcomes[0].code(), ErrorCode::unavailable);
    EXPECT_EQ(outcomes[1].value, 1);
}

}  // namespace
}  // namespace todod::db::sqlite
